/** What JavaScript itself may do in the thread that runs a stranger's Python, with the options that the build gives to Node. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url)), python = readFileSync(join(root, "sphinx_emrun/bundle/confined.py"), "utf8");
const restrictions = [.../** @type {any} */ (python.match(/RESTRICTIONS = \(([^)]*)\)/))[1].matchAll(/"(.*?)"/g)].map(([, option]) => option);
const KEEPER = `
import { startGuest } from "${new URL("../../static/node/guest.mjs", import.meta.url)}";
const base = "${new URL("../../static/", import.meta.url)}", entry = "${new URL("guest.mjs", import.meta.url)}";
const guest = startGuest({ base, entry, secret: process.argv[1] });
guest.on("message", (message) => { console.log(JSON.stringify(message)); process.exit(); });
guest.on("error", (error) => { console.error(error); process.exit(1); });
`;

/** @param {string[]} options  for Node */
function attempts(t, options) {
  const folder = mkdtempSync(join(tmpdir(), "guest-")), secret = join(folder, "secret");
  t.after(() => rmSync(folder, { recursive: true }));
  writeFileSync(secret, "secret");
  const { stdout, stderr } = spawnSync(process.execPath, [...options, "--input-type=module", "--eval", KEEPER, secret], { encoding: "utf8" });
  assert.ok(stdout, stderr);
  return JSON.parse(stdout);
}

test("the attempts work in a thread without restrictions", (t) => {
  const { before } = attempts(t, []);
  assert.deepEqual(before, ["a thread", "a thread with other permissions", "a program", "a file", "evaluated", "made", "builtin", "binding", "signal", "sqlite", "channel", "fetch"]);
});

test("with the build's options none is left once the thread is confined", (t) => {
  const readable = ["static", "tests/js"].map((folder) => `--allow-fs-read=${join(root, folder)}`);
  const { before, after } = attempts(t, [...restrictions, ...readable]);
  assert.deepEqual(after, []);
  assert.deepEqual(before.filter((name) => !["builtin", "binding", "signal", "channel", "fetch"].includes(name)), []);
});
