/** Ctrl-C wherever a reader would press it: KeyboardInterrupt comes, and the variables stay. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { interpreter } from "./session.mjs";

const python = interpreter();

const PLACES = {
  "a busy loop": "while True: pass",
  "input()": "input()",
  "sys.stdin.read()": "import sys\nsys.stdin.read()",
  "time.sleep()": "import time\ntime.sleep(60)",
  "a loop of short sleeps": "import time\nwhile True: time.sleep(0.001)",
  "select on the terminal": "import select, sys\nselect.select([sys.stdin], [], [], 60)",
  "select on nothing": "import select\nselect.select([], [], [], 60)",
  "poll": "import select\np = select.poll()\np.register(0, select.POLLIN)\np.poll(60_000)",
  "top-level await": "import asyncio\nawait asyncio.sleep(60)",
  // Before, CPython's Runner.run may lose one: its handler is there already when it sets `_interrupt_count` to 0.
  "asyncio.run": "import asyncio\nasync def main():\n    print('within', flush=True)\n    await asyncio.sleep(60)\nasyncio.run(main())",
  "backtracking of a regular expression": "import re\nre.match('(a*)*b', 'a' * 30)",
  "a flood of output": "while True: print('x' * 70)",
  "getpass": "import getpass\ngetpass.getpass('')",
};

for (const [place, source] of Object.entries(PLACES)) {
  test(place, { timeout: 60_000 }, async () => {
    await python.start(`kept = ${JSON.stringify(place)}\nprint('ready', flush=True)\n${source}`, source.includes("within") ? "within" : "ready");
    python.session.type("\x03");
    const { outcome, screen } = await python.end();
    assert.equal(outcome, "stopped");
    assert.match(screen, /KeyboardInterrupt\n/);
    assert.equal((await python.finish("print(kept)")).screen, `${place}\n`);
  });
}

test("a handler of the program's own runs, and the program goes on", async () => {
  // It does not print itself: a signal may come while the main program is inside print().
  await python.start(`
import signal, time
handled = []
signal.signal(signal.SIGINT, lambda signum, frame: handled.append(signum))
print('ready', flush=True)
while not handled:
    time.sleep(0.05)
print(handled)
signal.signal(signal.SIGINT, signal.default_int_handler)`, "ready");
  python.session.type("\x03");
  const { outcome, screen } = await python.end();
  assert.equal(outcome, "done");
  assert.match(screen, /\[2\]\n$/);
});

test("finally runs", async () => {
  await python.start("import time\ntry:\n    print('ready', flush=True)\n    time.sleep(60)\nfinally:\n    print('cleaned up')", "ready");
  python.session.type("\x03");
  const { outcome, screen } = await python.end();
  assert.equal(outcome, "stopped");
  assert.match(screen, /cleaned up\nTraceback/);
});
