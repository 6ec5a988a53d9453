import assert from "node:assert/strict";
import test from "node:test";
import { LIMIT, QUIET, Watch, within } from "../../static/watch.js";

const SECOND = 1000;

/** What a watch says, as `${seconds}`, or `late ${seconds}`. */
function watched(options = {}) {
  const said = [];
  const watch = new Watch({ quiet: (seconds) => said.push(`${seconds}`), late: (seconds) => said.push(`late ${seconds}`), ...options });
  return { said, watch };
}

test("after a while it speaks every second, and at the limit for the last time", ({ mock }) => {
  mock.timers.enable({ apis: ["setInterval"] });
  const { said } = watched();
  mock.timers.tick((QUIET - 1) * SECOND);
  assert.deepEqual(said, []);
  mock.timers.tick(2 * SECOND);
  assert.deepEqual(said, [`${QUIET}`, `${QUIET + 1}`]);
  mock.timers.tick(10 * LIMIT * SECOND);
  assert.equal(said.length, LIMIT - QUIET + 1);
  assert.equal(said.at(-1), `late ${LIMIT}`);
});

test("a sign of life begins the count anew", ({ mock }) => {
  mock.timers.enable({ apis: ["setInterval"] });
  const { said, watch } = watched({ limit: 20 });
  for (let round = 0; round < 5; round++) {
    mock.timers.tick((QUIET - 1) * SECOND);
    watch.sign();
  }
  assert.deepEqual(said, []);
  watch.stop();
  mock.timers.tick(LIMIT * SECOND);
  assert.deepEqual(said, []);
});

test("what comes in time is handed on, and leaves no timer", async ({ mock }) => {
  mock.timers.enable({ apis: ["setInterval"] });
  const said = [];
  assert.equal(await within(Promise.resolve("here"), "It", (seconds) => said.push(seconds)), "here");
  await assert.rejects(within(Promise.reject(new Error("no")), "It", () => {}), /^Error: no$/);
  mock.timers.tick(LIMIT * SECOND);
  assert.deepEqual(said, []);
});

test("what does not come is said", async ({ mock }) => {
  mock.timers.enable({ apis: ["setInterval"] });
  const waiting = within(new Promise(() => {}), "It", () => {});
  mock.timers.tick(LIMIT * SECOND);
  await assert.rejects(waiting, new RegExp(`^Error: It has not come for ${LIMIT} seconds$`));
});
