/** An interpreter that goes on from a snapshot is like one that has just been started, and each is another. */
import assert from "node:assert/strict";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { zstdDecompressSync } from "node:zlib";
import { NodeSession } from "../../static/node/host.mjs";
import { PYODIDE, parse } from "../../static/snapshot.js";
import { altered, bundle, manifest, output, program } from "./bundles.mjs";

/** How a member of a zip archive begins, which some modules have as a constant. */
const MEMBER = "PK\x03\x04";

/** The bundle as it is when `emrun_snapshot` is off. */
function withoutSnapshot(t) {
  return altered(t, (folder) => writeFileSync(join(folder, "manifest.json"), JSON.stringify({ ...manifest, snapshot: "" })));
}

before(() => assert.ok(manifest.snapshot, "the bundle under test has a snapshot"));

test("what is private to Pyodide is known for this version alone: look at snapshot.js again", () => {
  assert.equal(manifest.pyodide, PYODIDE);
});

for (const zone of ["Asia/Kolkata", "Europe/Berlin", "America/St_Johns", "UTC"]) {
  test(`it has its reader's time zone, and no constant of a module is the builder's: ${zone}`, async (t) => {
    const before = process.env.TZ;
    process.env.TZ = zone;
    t.after(() => (before === undefined ? delete process.env.TZ : (process.env.TZ = before)));
    // Imported by both, in the same order.
    const imports = `import sys\n${["email.utils", "calendar", "tempfile", "zoneinfo", "_strptime"].map((name) => `import ${name}`).join("\n")}\n`;
    const programs = [program("state.py"), imports + program("constants.py")];
    const restored = await output(t, bundle, ...programs), booted = await output(t, withoutSnapshot(t), ...programs);
    const [state, constants] = booted;
    assert.match(state, zone === "UTC" ? /zone: \(\('UTC-0000'/ : /zone: \(\('UTC[+-](0530|0100|0330)'/);
    assert.equal(restored[0], state);
    // Some modules are imported by the snapshot alone.
    const known = new Set(restored[1].split("\n"));
    assert.deepEqual(constants.split("\n").filter((line) => !known.has(line)), []);
  });
}

test("it was restored, not booted: what a block needs is imported already", async (t) => {
  const [imported] = await output(t, bundle, "import sys\nprint('_pyrepl.readline' in sys.modules, 'csv' in sys.modules)");
  assert.equal(imported, "True False\n");
});

test("nothing is kept of what had been read or freed when it was taken", () => {
  const { head, body } = parse(readFileSync(join(bundle, manifest.snapshot)));
  let at = 0;
  const memory = Buffer.concat(head.frames.map((size) => zstdDecompressSync(body.subarray(at, (at += size)))));
  let members = 0;
  for (let found = memory.indexOf(MEMBER); found >= 0; found = memory.indexOf(MEMBER, found + 1)) members++;
  assert.ok(members > 0 && members < 8, `${members} members of the standard library's archive`);
});

test("chance and time are each reader's own", async (t) => {
  const source = program("chance.py"), seen = [];
  for (let reader = 0; reader < 2; reader++) seen.push((await output(t, bundle, source))[0].trim().split("\n"));
  assert.ok(seen[0].length > 8, String(seen[0]));
  seen[0].forEach((line, at) => assert.notEqual(line, seen[1][at]));
});

test("the standard library is there: imports, source lines, files and lists of modules", async (t) => {
  const source = program("library.py");
  const [restored] = await output(t, bundle, source), [booted] = await output(t, withoutSnapshot(t), source);
  assert.match(restored, /def reader|"""/);
  assert.equal(restored, booted);
});

for (const [what, change] of /** @type {[string, (bytes: Buffer) => Buffer][]} */ ([
  ["cut short", (bytes) => bytes.subarray(0, bytes.length / 2)],
  ["altered", (bytes) => (bytes.fill(0, bytes.length - 1000), bytes)],
  ["something else", () => Buffer.from("<!doctype html>")],
])) {
  test(`a snapshot that is ${what} makes Python start without it`, async (t) => {
    const folder = altered(t, (copy) => writeFileSync(join(copy, manifest.snapshot), change(readFileSync(join(copy, manifest.snapshot)))));
    assert.deepEqual(await output(t, folder, "import sys\nprint(sys.platform)"), ["emscripten\n"]);
  });
}

test("a program, its traceback and its prompt take nothing but the snapshot", async (t) => {
  const session = await NodeSession.start(altered(t, (copy) => {
    rmSync(join(copy, manifest.stdlib));
    rmSync(join(copy, "parts"), { recursive: true });
  }));
  t.after(() => session.close());
  await session.finish({ source: "print('shown')\n1 / 0" });
  assert.match(session.screen, /shown[^]*ZeroDivisionError/);
  await session.shows(">>> ");
  session.type("6 * 7\n");
  await session.shows("42");
});

test("what cannot be fetched is an error of the program, not the end of the interpreter", async (t) => {
  const folder = altered(t, (copy) => rmSync(join(copy, manifest.stdlib)));
  const [failed, after] = await output(t, folder, "import csv", "print('alive')");
  assert.match(failed, /Error/);
  assert.equal(after, "alive\n");
});

test("a snapshot that is not there makes Python start without it", async (t) => {
  const folder = altered(t, (copy) => rmSync(join(copy, manifest.snapshot)));
  assert.deepEqual(await output(t, folder, "print(6 * 7)"), ["42\n"]);
});
