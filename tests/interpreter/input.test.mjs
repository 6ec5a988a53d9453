/** Programs that read the keyboard. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { interpreter } from "./session.mjs";

const python = interpreter();

/** name: [program, what it shows when it waits, what is typed, the screen at the end] */
const CASES = {
  "input() echoes and edits": ["print('hello', input('name? '))", "name? ", "boo\x7fb\r", "name? boo\b \bb\nhello bob\n"],
  "input() at an end of file": ["try:\n    input('? ')\nexcept EOFError:\n    print('EOF')", "? ", "\x04", "? EOF\n"],
  "getpass does not echo": ["import getpass\nprint(len(getpass.getpass()))", "Password: ", "secret\r", "Password: \n6\n"],
  "sys.stdin.readline": ["import sys\nprint('>', end='', flush=True)\nprint(repr(sys.stdin.readline()))", ">", "é\r", ">é\n'é\\n'\n"],
  "select waits for a line": ["import select, sys\nprint('>', end='', flush=True)\nprint(bool(select.select([sys.stdin], [], [], 30)[0]), input())", ">", "x\r", ">x\nTrue x\n"],
  "a single key": [
    "import os, termios, tty\nold = tty.setcbreak(0)\nprint('>', end='', flush=True)\nprint(os.read(0, 1))\ntermios.tcsetattr(0, termios.TCSADRAIN, old)",
    ">", "q", ">b'q'\n"],
};

for (const [name, [program, mark, typed, screen]] of Object.entries(CASES)) {
  test(name, async () => {
    await python.start(program, mark);
    python.session.type(typed);
    assert.deepEqual(await python.end(), { outcome: "done", screen });
  });
}

test("what is typed before it is read is not lost", async () => {
  await python.start("import select, sys\nprint('>', end='', flush=True)\nselect.select([sys.stdin], [], [])\nprint(input(), input())", ">");
  python.session.type("one\rtwo\r");
  assert.deepEqual(await python.end(), { outcome: "done", screen: ">one\ntwo\none two\n" });
});

test("a line of 10,000 characters is cut where Linux cuts it", async () => {
  await python.start("print('>', end='', flush=True)\nprint(len(input()))", ">");
  python.session.type(`${"x".repeat(10000)}\r`);
  const { screen } = await python.end();
  assert.equal(screen, `>${"x".repeat(10000)}\n4095\n`);
});

test("sys.stdin.read() to the end of file", async () => {
  await python.start("import sys\nprint('>', end='', flush=True)\nprint(len(sys.stdin.read()))", ">");
  python.session.type("ab\rcd\r");
  python.session.type("\x04");
  assert.deepEqual(await python.end(), { outcome: "done", screen: ">ab\ncd\n6\n" });
});

test("pdb", async () => {
  await python.start("secret = 6 * 7\nbreakpoint()\nprint('after')", "(Pdb)");
  python.session.type("p secret\r");
  await python.session.shows("42");
  python.session.type("c\r");
  const { outcome, screen } = await python.end();
  assert.equal(outcome, "done");
  assert.match(screen, /after\n$/);
});

test("select with a time-out", async () => {
  const { screen } = await python.finish("import select, sys, time\nt = time.monotonic()\nprint(select.select([sys.stdin], [], [], 0.2)[0], time.monotonic() - t > 0.19)");
  assert.equal(screen, "[] True\n");
});

test("a program finds the terminal cooked, whatever the one before left", async () => {
  await python.finish("import tty\ntty.setraw(0)");
  await python.start("print('hello', input('name? '))", "name? ");
  python.session.type("boo\x7fb\r");
  assert.deepEqual(await python.end(), { outcome: "done", screen: "name? boo\b \bb\nhello bob\n" });
});

test("and what the one before read ahead is not its own", async () => {
  await python.start("import sys\nprint('>', end='', flush=True)\nprint(sys.stdin.read(2))", ">");
  python.session.type("first\r");
  await python.end();
  await python.start("import sys\nprint('>', end='', flush=True)\nprint(sys.stdin.readline(), sys.stdin)", ">");
  python.session.type("second\r");
  const { screen } = await python.end();
  assert.equal(screen, ">second\nsecond\n <_io.TextIOWrapper name='<stdin>' mode='r' encoding='utf-8'>\n");
});

test("unless it has put something in the place of sys.stdin", async () => {
  await python.finish("import io, sys\nsys.stdin = io.StringIO('put\\n')");
  const { screen } = await python.finish("import sys\nprint(input(), end='')\nsys.stdin = sys.__stdin__");
  assert.equal(screen, "put");
});
