/** Ways out of Python (`tests/cases/escapes`): those that lead to JavaScript work in an interpreter without the fence, none in one with it. */
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";
import { NodeSession } from "../../static/node/host.mjs";
import { bundle } from "./bundles.mjs";

const folder = new URL("../cases/escapes/", import.meta.url);
const text = (/** @type {string} */ name) => readFileSync(new URL(name, folder), "utf8");
const prelude = 'SECRET, TARGET, PORT = "/etc/hostname", "/tmp/emrun-target", 9\n' + text("_prelude.py");
const ways = readdirSync(folder).filter((name) => name.endsWith(".py") && !name.startsWith("_"));

/** What a way prints, or how it ends the interpreter. */
async function outcome(t, name, fenced) {
  const session = await NodeSession.start(bundle, { fenced });
  t.after(() => session.close());
  const end = await session.finish({ source: prelude + text(name) });
  return `${session.screen}${end.reason ?? ""}${end.outcome}`;
}

for (const name of ways) {
  test(`${name} with the fence`, async (t) => {
    const found = await outcome(t, name, true);
    assert.doesNotMatch(found, /ESCAPED/);
    assert.match(found, /error$|undefined$/, "it ends with an exception, or the interpreter");
  });
  if (text(name).startsWith("# open: yes"))
    test(`${name} without it`, async (t) => assert.match(await outcome(t, name, false), /ESCAPED/));
}
