/** What was typed is kept for one site, and not without end. */
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { add, load } from "../../static/history.js";

/** @type {Map<string, string>} */
const stored = new Map();
const storage = { getItem: (/** @type {string} */ key) => stored.get(key) ?? null, setItem: (/** @type {string} */ key, /** @type {string} */ value) => void stored.set(key, value) };
Object.defineProperty(globalThis, "localStorage", { value: storage, configurable: true });

const KEY = `emrun-history:${new URL("../../", import.meta.url).pathname}`;
beforeEach(() => stored.clear());

test("it is kept under the path of the site, beside what other sites of the origin keep", () => {
  stored.set("emrun-history:/other/_static/emrun/", JSON.stringify(["theirs"]));
  add("ours");
  assert.deepEqual(load(), ["ours"]);
  assert.deepEqual([...stored.keys()], ["emrun-history:/other/_static/emrun/", KEY]);
  assert.equal(stored.get("emrun-history:/other/_static/emrun/"), '["theirs"]');
});

test("what is blank, or what was typed last, is not kept again", () => {
  for (const statement of ["1", "1", "  \n", "2", "1"]) add(statement);
  assert.deepEqual(load(), ["1", "2", "1"]);
});

test("only the latest statements are kept", () => {
  for (let number = 0; number < 600; number++) add(String(number));
  assert.equal(load().length, 500);
  assert.deepEqual([load().at(0), load().at(-1)], ["100", "599"]);
});

test("only so many characters are kept", () => {
  for (let number = 0; number < 60; number++) add(String(number).padEnd(1000, "x"));
  assert.equal(load().length, 50);
  assert.match(load()[0], /^10x/);
  assert.ok(stored.get(KEY)?.length < 51_000);
});

test("a statement that is too long by itself costs nothing of the others", () => {
  add("before");
  add("x".repeat(1_000_000));
  add("x".repeat(50_000 - "before".length));
  assert.deepEqual(load().map(({ length }) => length), [6, 49_994]);
});

test("what somebody else has put there does no harm", () => {
  for (const text of ["{", "1", "null", '{"length": 3}', JSON.stringify([1, null, {}]), JSON.stringify(["x".repeat(4_000_000)])]) {
    stored.set(KEY, text);
    assert.deepEqual(load(), [], text.slice(0, 20));
    add("1");
    assert.deepEqual(load(), ["1"]);
  }
});

test("without storage there is no history", () => {
  const refuse = () => {
    throw new DOMException("", "SecurityError");
  };
  Object.defineProperty(globalThis, "localStorage", { get: refuse, configurable: true });
  add("1");
  assert.deepEqual(load(), []);
  Object.defineProperty(globalThis, "localStorage", { value: storage, configurable: true });
});
