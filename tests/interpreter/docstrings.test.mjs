/** A docstring's examples find their module's globals, as the page runs them; and what else doctest gives its examples. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { interpreter } from "./session.mjs";

const python = interpreter({ columns: 100, rows: 30 });
const transcript = (/** @type {string} */ module) => ({ kind: "transcript", module });

test("a docstring's namespace begins as a copy of its module's globals", async () => {
  const source = ">>> __name__, get_close_matches\n>>> SequenceMatcher = 1\n";
  const { outcome, screen } = await python.finish(source, { namespace: "difflib.f" }, transcript("difflib"));
  assert.equal(outcome, "done");
  assert.match(screen, /\('difflib', <function get_close_matches at 0x\w+>\)/);
  assert.equal((await python.finish(">>> SequenceMatcher\n", { namespace: "difflib.f" }, transcript("difflib"))).screen, ">>> SequenceMatcher\n1\n");
  assert.match((await python.finish(">>> SequenceMatcher\n", { namespace: "difflib.g" }, transcript("difflib"))).screen, /<class 'difflib.SequenceMatcher'>/);
  assert.match((await python.finish(">>> difflib\n", {}, transcript("__main__"))).screen, /NameError: name 'difflib' is not defined/);
});

test("hidden code runs with the module's names, and each Run tries again what failed", async () => {
  const setup = [{ kind: "script", source: "found = get_close_matches.__module__", filename: "<setup>" }];
  assert.equal((await python.finish(">>> found\n", { namespace: "difflib.h", setup }, transcript("difflib"))).screen, ">>> found\n'difflib'\n");
  for (let round = 0; round < 2; round++) {
    const { outcome, screen } = await python.finish(">>> 1\n", { namespace: "missing.f" }, transcript("missing_module"));
    assert.equal(outcome, "error");
    assert.match(screen, /import missing_module\nModuleNotFoundError: No module named 'missing_module'/);
    assert.doesNotMatch(screen, />>>/);
  }
});

test("a doctest of the page has no name where sphinx.ext.doctest gives it none; a program has one again", async () => {
  const source = ">>> class A: pass\n>>> A, __name__\n";
  assert.match((await python.finish(source, {}, transcript(""))).screen, /\(<class 'A'>, 'builtins'\)\n$/);
  assert.equal((await python.finish("print(__name__)")).screen, "__main__\n");
});

test("each transcript begins with Python's own display and output, and the last value of no other namespace", async () => {
  await python.finish(">>> import sys\n>>> sys.displayhook = print\n>>> 'x'\n>>> sys.stdout = None\n", { namespace: "display" }, transcript("__main__"));
  assert.equal((await python.finish(">>> 'x'\n", { namespace: "display" }, transcript("__main__"))).screen, ">>> 'x'\n'x'\n");
  assert.match((await python.finish(">>> _\n", { namespace: "afterwards" }, transcript("__main__"))).screen, /NameError/);
});

test("an exit that the transcript shows does not end it", async () => {
  const source = ">>> raise SystemExit(3)\nTraceback (most recent call last):\nSystemExit: 3\n>>> 1\n1\n";
  const { outcome, screen } = await python.finish(source, { namespace: "exits" }, transcript("__main__"));
  assert.equal(outcome, "done");
  assert.match(screen, /SystemExit: 3\n>>> 1\n1\n$/);
});

test("features of the module's future hold for its examples", async () => {
  await python.finish("from __future__ import barry_as_FLUFL", { namespace: "future" });
  assert.match((await python.finish(">>> 1 <> 2\n", { namespace: "future" }, transcript("__main__"))).screen, /True\n$/);
});
