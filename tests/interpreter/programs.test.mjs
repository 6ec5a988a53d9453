/** What a program finds of itself, and how it ends, as under `python FILE` and `python -m asyncio`. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { interpreter } from "./session.mjs";

const python = interpreter();
let count = 0;
/** A namespace of its own. */
const fresh = () => ({ namespace: `n${count++}` });

for (const [name, raised, shown] of [
  ["StopIteration", "next(iter([]))", /StopIteration\n$/],
  ["a StopIteration with a value", "raise StopIteration(5)", /StopIteration: 5\n$/],
  ["StopAsyncIteration", "raise StopAsyncIteration", /StopAsyncIteration\n$/],
  ["GeneratorExit", "raise GeneratorExit", /GeneratorExit\n$/],
  ["an exception of a class beside Exception", "raise BaseException('bare')", /BaseException: bare\n$/],
]) {
  test(`${name} passes unchanged, of a block, of a transcript, after an await`, async () => {
    for (const [source, kind] of [[raised, "script"], [`>>> ${raised}`, "transcript"], [`import asyncio\nawait asyncio.sleep(0)\n${raised}`, "script"]]) {
      const { outcome, screen } = await python.finish(source, fresh(), { kind });
      // No task can raise it: that is Python's own rule.
      if (/^(a )?StopIteration/.test(name) && source.includes("await")) assert.match(screen, /RuntimeError: StopIteration interacts badly with generators/);
      else assert.match(screen, shown);
      assert.equal(outcome, "error");
      assert.doesNotMatch(screen, /_emrun/);
    }
  });
}

for (const [argument, status, shown] of [
  ["", 0, ""], ["None", 0, ""], ["0", 0, ""], ["False", 0, ""], ["True", 1, ""], ["3", 3, ""], ["-1", 255, ""], ["256", 0, ""], ["2**40", 0, ""], ["2**40 + 7", 7, ""], ["2**63", 255, ""], ["-2**70", 255, ""],
  ["'message'", 1, "message\n"], ["(1, 2)", 1, "(1, 2)\n"], ["1.5", 1, "1.5\n"], ["type('N', (int,), {'__and__': None})(4)", 4, ""], ["type('N', (), {'__str__': lambda self: 1 / 0})()", 1, ""],
]) {
  test(`sys.exit(${argument})`, async () => {
    const ended = await python.finish(`import sys\nsys.exit(${argument})`, fresh());
    assert.deepEqual(ended, { outcome: status ? "error" : "done", status, screen: shown });
  });
}

test("an exit of a class of its own", async () => {
  assert.equal((await python.finish("class Leave(SystemExit): pass\nraise Leave(7)", fresh())).status, 7);
  const hidden = "class Leave(SystemExit):\n    code = property(lambda self: 1 / 0)\nraise Leave('hidden')";
  assert.deepEqual(await python.finish(hidden, fresh()), { outcome: "error", status: 1, screen: "hidden\n" });
});

test("a function of one block that fails in another shows its own line", async () => {
  const space = fresh();
  await python.finish("def first():\n    return 1 / 0  # the first", space, { filename: "<page-1>" });
  await python.finish("\n\n\n# nothing of it\ndef second(): first()", space, { filename: "<page-2>" });
  const { screen } = await python.finish("second()", space, { filename: "<page-3>" });
  assert.match(screen, /"<page-3>", line 1, in <module>\n +second\(\)[^]*"<page-2>", line 5, in second\n[^]*first\(\)[^]*"<page-1>", line 2, in first\n +return 1 \/ 0  # the first\n/);
});

test("so does one of a block that was edited and run again, of a transcript, and of the prompt", async () => {
  const space = fresh(), named = { filename: "<edited-1>" };
  await python.finish("def old():\n    1 / 0  # as it was\nkept = old", space, named);
  await python.finish("def old():\n    pass  # as it is\n\n", space, named);
  assert.match((await python.finish("kept()", space, { filename: "<edited-2>" })).screen, /"<edited-1>", line 2, in old\n +1 \/ 0  # as it was\n/);
  await python.finish(">>> def typed():\n...     1 / 0  # in a transcript\n", space, { kind: "transcript" });
  await python.finish(">>> def other():\n...     pass  # in another\n", space, { kind: "transcript" });
  assert.match((await python.finish("typed()", space, { filename: "<edited-3>" })).screen, /"<python-input-\d+>", line 2, in typed\n +1 \/ 0  # in a transcript\n/);
});

test("inspect.getsource gives the right block", async () => {
  const space = fresh();
  await python.finish("class C:\n    x = 1  # the first's\n\ndef f(): return 1", space, { filename: "<source-1>" });
  await python.finish(">>> class T:\n...     x = 2\n", space, { kind: "transcript" });
  const { screen } = await python.finish(`
import inspect
class D:
    class E:
        y = 3
for each in (C, f, T, D, D.E):
    print(inspect.getsource(each))
from dataclasses import dataclass
@dataclass
class Data:
    z: int
print(inspect.getsource(Data), inspect.getfile(C), __file__)`, space, { filename: "<source-2>" });
  assert.equal(screen, "class C:\n    x = 1  # the first's\n\ndef f(): return 1\nclass T:\n    x = 2\n\nclass D:\n    class E:\n        y = 3\n\n    class E:\n        y = 3\n\n@dataclass\nclass Data:\n    z: int\n <source-1> <source-2>\n");
});

test("what is defined in a block can be pickled", async () => {
  const source = "import pickle\nclass P:\n    pass\np = P()\np.x = 5\nprint(pickle.loads(pickle.dumps(p)).x, pickle.loads(pickle.dumps(P)) is P)";
  assert.equal((await python.finish(source, fresh())).screen, "5 True\n");
});

test("a stop at a top-level await is a KeyboardInterrupt alone, where the program is", async () => {
  await python.start("import asyncio\nprint('ready', flush=True)\nawait asyncio.sleep(100)", "ready");
  python.session.type("\x03");
  const { outcome, screen } = await python.end();
  assert.equal(outcome, "stopped");
  assert.match(screen, /^ready\n\^C\n?Traceback \(most recent call last\):\n {2}File "<example[^"]*>", line 3, in <module>\n {4}await asyncio.sleep\(100\)\n(?: +[~^]+\n)?KeyboardInterrupt\n$/);
});

test("a stop reaches a program with a top-level await that computes", async () => {
  await python.start("import asyncio\nawait asyncio.sleep(0)\nprint('ready', flush=True)\nwhile True: pass", "ready");
  python.session.type("\x03");
  const { outcome, screen } = await python.end();
  assert.equal(outcome, "stopped");
  assert.match(screen, /KeyboardInterrupt\n$/);
  assert.doesNotMatch(screen, /asyncio\/|_emrun|CancelledError/);
});

test("a program that is stopped at an await cleans up, and may go on", async () => {
  await python.start("import asyncio\ntry:\n    print('ready', flush=True)\n    await asyncio.sleep(100)\nfinally:\n    await asyncio.sleep(0)\n    print('cleaned up')", "ready");
  python.session.type("\x03");
  assert.match((await python.end()).screen, /cleaned up\n[^]*KeyboardInterrupt\n$/);
  await python.start("import asyncio\nasyncio.get_running_loop().call_later(0.01, print, 'ready')\ntry:\n    await asyncio.sleep(100)\nexcept asyncio.CancelledError:\n    print('went on')", "ready");
  python.session.type("\x03");
  const { outcome, screen } = await python.end();
  assert.equal(outcome, "done");
  assert.match(screen, /went on\n$/);
});

test("asyncio.create_task outside of a loop makes a task of the session's, which goes on at the next await", async () => {
  const space = fresh();
  const begin = "import asyncio\nasync def count():\n    for number in range(3):\n        steps.append(number)\n        await asyncio.sleep(0)\n    return 'counted'\nsteps = []\ntask = asyncio.create_task(count(), name='counter')\nprint(steps, task.get_name())";
  assert.equal((await python.finish(begin, space)).screen, "[] counter\n");
  assert.equal((await python.finish("print(await task, steps)", space)).screen, "counted [0, 1, 2]\n");
  // As in a script: what asks whether a loop runs is told the truth.
  assert.equal((await python.finish("async def main(): return asyncio.create_task(count()).get_loop() is asyncio.get_running_loop()\nprint(asyncio.run(main()))\ntry:\n    asyncio.get_running_loop()\nexcept RuntimeError as error:\n    print(error)", space)).screen, "True\nno running event loop\n");
});

test("a stream that hidden code has kept is the real one, and what hidden code prints is not shown", async () => {
  const setup = [{ kind: "script", filename: "<setup>", source: `
import io, logging, os, sys
print("hidden")
os.write(1, b"hidden, too")
def hello(file=sys.stdout):
    print("hello", file=file)
handler = logging.StreamHandler(sys.stdout)
log = logging.getLogger("kept")
log.addHandler(handler)
real = sys.stdout is sys.__stdout__` }];
  const { screen } = await python.finish("hello()\nlog.warning('logged')\nprint(real)", { ...fresh(), setup });
  assert.equal(screen, "hello\nlogged\nTrue\n");
});

test("what hidden code prints on standard error, and its exception, are shown", async () => {
  const setup = [{ kind: "script", filename: "<setup>", source: "import sys\nprint('hidden')\nprint('warned', file=sys.stderr)\n1 / 0" }];
  const { outcome, screen } = await python.finish("print('not run')", { ...fresh(), setup });
  assert.equal(outcome, "error");
  assert.match(screen, /^warned\nTraceback[^]*ZeroDivisionError[^\n]*\n$/);
  assert.equal((await python.finish("print('heard')", fresh())).screen, "heard\n");
});

test("prompts that a program computes: each time anew, and a stop ends one that never comes", async () => {
  const { session } = python;
  await python.finish("import sys\nclass Prompt:\n    n = 0\n    def __str__(self):\n        Prompt.n += 1\n        return f'[{self.n}] '\nsys.ps1 = Prompt()", fresh());
  await session.shows("[1] ");
  session.type("6 * 7\r");
  await session.shows("[2] ");
  await python.finish("import sys\nclass Endless:\n    def __str__(self):\n        print('computing', flush=True)\n        while True: pass\nsys.ps1 = Endless()", fresh());
  await session.shows("computing");
  session.clear();
  session.type("\x03");
  assert.equal((await session.finished()).outcome, "stopped");
  await session.shows(">>> ");
  session.type("'typed'\r");
  await session.shows("'typed'\r\n");
});

test("statements of a plain prompt go on over lines, and may be dropped", async () => {
  const { session } = python;
  await python.finish("import os\nos.environ['TERM'] = 'dumb'", fresh());
  await session.until((s) => s.console.prompting, "an idle prompt");
  session.type("def f(x):\r    return x * 2\r\r");
  await session.finished();
  await session.until((s) => s.console.prompting, "an idle prompt");
  session.clear();
  session.type("f(21)\r");
  await session.shows("42\r\n>>> ");
  session.type("dropped(\r");
  await session.shows("... ");
  session.type("\x03");
  await session.shows("KeyboardInterrupt\r\n>>> ");
  session.type("1 +\r");
  await session.shows("SyntaxError");
  session.type("input('? ')\r");
  await session.shows("? ");
  session.type("typed\r");
  await session.shows("'typed'\r\n>>> ");
  session.clear();
  session.type("\x04");
  assert.equal((await session.until((s) => s.messages.find(({ type }) => type === "detached"), "the end")).exited, true);
});
