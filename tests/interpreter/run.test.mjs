/** What a block's run does, seen from the page. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { interpreter } from "./session.mjs";

const python = interpreter({ columns: 100, rows: 30 });

test("a script prints, and its variables stay", async () => {
  assert.deepEqual(await python.finish("x = 41\nprint('hello')"), { outcome: "done", status: null, screen: "hello\n" });
  assert.equal((await python.finish("print(x + 1)")).screen, "42\n");
});

test("no newline is added, and a script's last value is not shown", async () => {
  assert.equal((await python.finish("print('a', end='')\nprint('b', end='')\n'value'")).screen, "ab");
});

test("a namespace of its own", async () => {
  assert.equal((await python.finish("print('x' in globals(), __name__)", { namespace: "other" })).screen, "False __main__\n");
});

test("setup runs once, unseen, and before the first block", async () => {
  const setup = [{ kind: "script", source: "count = globals().get('count', 0) + 1\nprint('unseen')", filename: "<setup>" }];
  for (let round = 0; round < 2; round++) assert.equal((await python.finish("print(count)", { namespace: "set up", setup })).screen, "1\n");
});

test("setup that fails is shown, and the block does not run", async () => {
  const setup = [{ kind: "script", source: "import missing_module", filename: "<setup>" }];
  const { outcome, screen } = await python.finish("print('block')", { namespace: "broken setup", setup });
  assert.equal(outcome, "error");
  assert.match(screen, /File "<setup( \(\d\))?>", line 1/);
  assert.doesNotMatch(screen, /block/);
});

test("a traceback is Python's own, with source lines and without other frames", async () => {
  const { outcome, screen } = await python.finish("def f():\n    return 1 / 0\nf()", {}, { filename: "<guide-1>" });
  assert.equal(outcome, "error");
  assert.equal(screen, [
    "Traceback (most recent call last):", '  File "<guide-1>", line 3, in <module>', "    f()", "    ~^^",
    '  File "<guide-1>", line 2, in f', "    return 1 / 0", "           ~~^~~", "ZeroDivisionError: division by zero", ""].join("\n"));
});

test("a syntax error", async () => {
  const { outcome, screen } = await python.finish("def f(:\n  pass", {}, { filename: "<guide-2>" });
  assert.equal(outcome, "error");
  assert.equal(screen, '  File "<guide-2>", line 1\n    def f(:\n          ^\nSyntaxError: invalid syntax\n');
});

for (const [code, outcome, status, screen] of [["sys.exit(3)", "error", 3, ""], ["sys.exit()", "done", 0, ""], ["sys.exit('why')", "error", 1, "why\n"], ["raise SystemExit(0)", "done", 0, ""]]) {
  test(`${code} ends the block, not the session`, async () => {
    assert.deepEqual(await python.finish(`import sys\nkept = 1\n${code}`), { outcome, status, screen });
    assert.equal((await python.finish("print(kept)")).screen, "1\n");
  });
}

test("a transcript runs as its statements, shown as typed", async () => {
  const source = ">>> 1 + 1\n2\n>>> def f():\n...     return 'x'\n...\n>>> f()\n'wrong'\n>>> _\n";
  const { outcome, screen } = await python.finish(source, {}, { kind: "transcript" });
  assert.deepEqual([outcome, screen], ["done", ">>> 1 + 1\n2\n>>> def f():\n...     return 'x'\n>>> f()\n'x'\n>>> _\n'x'\n"]);
});

test("a transcript goes on after an exception, which is an error only where the page shows none", async () => {
  const expected = ">>> 1/0\nTraceback (most recent call last):\n    ...\nZeroDivisionError: division by zero\n>>> 2\n2\n";
  const shown = await python.finish(expected, {}, { kind: "transcript" });
  assert.equal(shown.outcome, "done");
  assert.match(shown.screen, /ZeroDivisionError: division by zero\n>>> 2\n2\n$/);
  assert.equal((await python.finish(">>> 1/0\n>>> 2\n2\n", {}, { kind: "transcript" })).outcome, "error");
});

test("top-level await, and asyncio.run without it", async () => {
  assert.equal((await python.finish("import asyncio\nawait asyncio.sleep(0.01)\nprint('woke')")).screen, "woke\n");
  const program = `
import asyncio
async def work(name, delay):
    await asyncio.sleep(delay)
    print(name)
async def main():
    async with asyncio.TaskGroup() as group:
        group.create_task(work("second", 0.05))
        group.create_task(work("first", 0.01))
    try:
        await asyncio.wait_for(asyncio.sleep(9), 0.01)
    except TimeoutError:
        return "third"
print(asyncio.run(main()))`;
  assert.deepEqual(await python.finish(program), { outcome: "done", status: null, screen: "first\nsecond\nthird\n" });
});

test("outside a coroutine no loop is running", async () => {
  assert.match((await python.finish("import asyncio\nasyncio.get_running_loop()")).screen, /RuntimeError: no running event loop/);
});

test("the standard streams are the terminal", async () => {
  const source = `
import os, shutil, sys, time
print([s.isatty() for s in (sys.stdin, sys.stdout, sys.stderr)], sys.stdout.encoding, sys.stdout.errors)
print(tuple(os.get_terminal_size(fd) for fd in range(3)) == ((100, 30),) * 3, shutil.get_terminal_size())
print(time.sleep, os.environ["TERM"], "PYTHONINSPECT" in os.environ)
with open("/dev/tty", "w") as tty:
    tty.write("tty\\n")`;
  assert.equal((await python.finish(source)).screen, [
    "[True, True, True] utf-8 strict", "True os.terminal_size(columns=100, lines=30)", "<built-in function sleep> xterm-256color False", "tty", ""].join("\n"));
});

test("UTF-8 split across writes", async () => {
  const { screen } = await python.finish("import os\nfor byte in '日本 😀\\n'.encode(): os.write(1, bytes([byte]))");
  assert.equal(screen, "日本 😀\n");
});

test("two hundred thousand bytes in one write", async () => {
  const { screen } = await python.finish("import os\ndata = b'0123456789' * 20000\nwhile data: data = data[os.write(1, data):]");
  assert.equal(screen, "0123456789".repeat(20000));
});

test("sleep takes its time", async () => {
  const { screen } = await python.finish("import time\nt = time.monotonic()\ntime.sleep(0.2)\nprint(0.2 <= time.monotonic() - t < 1)");
  assert.equal(screen, "True\n");
});

test("the page's world is out of reach", async () => {
  const { screen } = await python.finish("import js\nprint([name for name in ('document', 'fetch', 'postMessage', 'self') if hasattr(js, name)])");
  assert.equal(screen, "[]\n");
});

test("a forgotten namespace starts anew", async () => {
  await python.finish("forgotten = 1", { namespace: "short" });
  await python.session.console.detach();
  python.session.worker.postMessage({ type: "forget", namespace: "short" });
  assert.equal((await python.finish("print('forgotten' in globals())", { namespace: "short" })).screen, "False\n");
});
