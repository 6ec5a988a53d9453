import assert from "node:assert/strict";
import test from "node:test";
import { openKept } from "../../static/keeping.js";
import { OPTIONAL, orNothing } from "../../static/optional.js";

const BASE = "https://example.org/_static/emrun/0123/", NEVER = new Promise(() => {});
const turns = async () => {
  for (let count = 0; count < 10; count++) await null;
};

/** What a wait gives once its limit has passed. */
async function late(mock, wait) {
  let given = "nothing yet";
  wait.then((value) => (given = value));
  await turns();
  mock.timers.tick(OPTIONAL * 1000);
  await turns();
  return given;
}

test("what comes is given, what fails or does not come is not", async ({ mock }) => {
  mock.timers.enable({ apis: ["setInterval"] });
  assert.equal(await orNothing(Promise.resolve(5)), 5);
  assert.equal(await orNothing(Promise.reject(new Error("no"))), undefined);
  assert.equal(await late(mock, orNothing(NEVER)), undefined);
});

for (const [what, caches] of Object.entries({
  "that are forbidden": { keys: () => Promise.reject(new DOMException("no", "SecurityError")) },
  "whose list does not come": { keys: () => NEVER },
  "that do not open": { keys: async () => [], open: () => NEVER },
  "of which none can be removed": { keys: async () => [`sphinx-emrun ${new URL("../old/", BASE).href}`], delete: () => NEVER },
})) {
  test(`caches ${what} are done without`, async ({ mock }) => {
    mock.timers.enable({ apis: ["setInterval"] });
    globalThis.caches = caches;
    assert.equal(await late(mock, openKept(BASE)), undefined);
  });
}

test("a look into a cache that does not answer finds nothing", async ({ mock }) => {
  mock.timers.enable({ apis: ["setInterval"] });
  globalThis.caches = { keys: async () => [], open: async () => ({ match: () => NEVER, put: async () => {} }) };
  const kept = await openKept(BASE);
  assert.equal(await late(mock, kept.match(BASE)), undefined);
});
