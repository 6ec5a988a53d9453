/** An error whose reason is the browser says so, and is Python's own in all else. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { interpreter } from "./session.mjs";

const python = interpreter({ columns: 1000 });
/** @type {Record<string, string>} */
const failing = JSON.parse(process.env.EMRUN_FAILING ?? "{}");
const last = (/** @type {string} */ screen) => screen.trimEnd().split("\n").at(-1) ?? "";

test("every call of the table", async () => {
  /** @type {Record<string, string>} */
  const unexplained = {};
  for (const [call, source] of Object.entries(failing)) {
    const { outcome, screen } = await python.finish(source);
    if (outcome !== "error" || !/ (does not work in a browser: |This is no typo: )/.test(` ${last(screen)}`)) unexplained[call] = screen.slice(-300);
  }
  assert.ok(Object.keys(failing).length > 100);
  assert.deepEqual(unexplained, {});
});

test("a module that no browser has", async () => {
  const { screen } = await python.finish("import tkinter.ttk");
  // Programs before this one were called <example>, too.
  assert.deepEqual(screen.replace(/<example \(\d+\)>/, "<example>").split("\n").slice(0, 4), ["Traceback (most recent call last):", '  File "<example>", line 1, in <module>', "    import tkinter.ttk", "ModuleNotFoundError: No module named 'tkinter'"]);
  assert.match(last(screen), /^This is no typo: Python in a browser has no module tkinter \(.*\)\. Instead: .*\. https:\/\/docs\.python\.org\/.*$/);
});

test("a typo", async () => {
  assert.equal(last((await python.finish("import tkintr")).screen), "ModuleNotFoundError: No module named 'tkintr'");
});

test("an error of the same function that has another reason", async () => {
  assert.match(last((await python.finish("import threading\nthreading.Thread(1)")).screen), /^AssertionError: group argument must be None/);
  assert.match(last((await python.finish("import socket\nsocket.socket().connect('x')")).screen), /^TypeError: /);
  assert.match(last((await python.finish("import subprocess\ndef f(): raise RuntimeError('mine')\nf()")).screen), /^RuntimeError: mine/);
});

test("features are detected as everywhere", async () => {
  const source = `
import importlib.util, sys
try:
    import curses
except ModuleNotFoundError as error:
    print(error.name, error, getattr(error, "__notes__", None))
print(importlib.util.find_spec("curses"), sys.platform, len([f for f in sys.meta_path if "emrun" in getattr(f, "__module__", "")]))
import threading
try:
    threading.Thread(target=print).start()
except RuntimeError as error:
    print(type(error), error)
import signal
print(hasattr(signal, "alarm"))`;
  assert.equal((await python.finish(source)).screen, [
    "curses No module named 'curses' None", "None emscripten 0", "<class 'RuntimeError'> can't start new thread", "False", ""].join("\n"));
});

test("what led to the error counts, and is said once", async () => {
  const source = "import subprocess\ntry:\n    subprocess.run(['ls'])\nexcept OSError as error:\n    raise ValueError('no') from error";
  const { screen } = await python.finish(source);
  assert.match(screen, /ValueError: no\nsubprocess\.\w+ does not work in a browser: .*\n$/);
  assert.equal(screen.match(/does not work in a browser/g)?.length, 1);
});

test("at the prompt, too", async () => {
  await python.finish("import os");
  await python.session.until(({ console }) => console.prompting, "an idle prompt");
  python.session.clear();
  python.session.type("os.fork()\r");
  await python.session.shows("os.fork does not work in a browser: ");
});
