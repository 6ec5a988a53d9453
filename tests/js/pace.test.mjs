/** Which of running Python's looks for a signal are passed on. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { paced } from "../../static/pace.js";

/** How many of so many looks, so far apart, are passed on.  @param {number} looks @param {number} apart  ms */
function asked(looks, apart, clock = { now: 0 }, counter = { passed: 0 }) {
  const look = paced(() => ++counter.passed, () => clock.now);
  return (/** @type {number} */ more = looks, /** @type {number} */ distance = apart) => {
    const before = counter.passed;
    for (let at = 0; at < more; at++, clock.now += distance) look();
    return counter.passed - before;
  };
}

test("of looks that follow each other closely, most are only counted", () => {
  const passed = asked(32_000, 0.003)();
  assert.ok(passed >= 1000 && passed < 1100, String(passed));
});

test("of looks that are far apart, none is missed", () => {
  assert.equal(asked(100, 5)(), 100);
});

test("when a program slows down, this is soon noticed", () => {
  const look = asked(1000, 0.003);
  look();
  assert.ok(look(132, 5) > 100);
});

test("what a look gives is what Python gets, and nothing where it is only counted", () => {
  const look = paced(() => 2, () => 0);
  const got = Array.from({ length: 7 }, look);
  assert.deepEqual(got, [2, 2, 0, 2, 0, 0, 0]);
});
