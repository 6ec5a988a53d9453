/** Archives made by tar itself. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { files } from "../../static/archive.js";

const CONTENTS = { "a.txt": "hello", "empty.txt": "", [`${"deep/".repeat(40)}${"long".repeat(30)}.py`]: "x = 1\n", "größe.txt": "é" };

for (const format of ["pax", "gnu"]) {
  test(`a ${format} archive`, (t) => {
    const folder = mkdtempSync(join(tmpdir(), "emrun-"));
    t.after(() => rmSync(folder, { recursive: true }));
    for (const [path, text] of Object.entries(CONTENTS)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    const tar = execFileSync("tar", [`--format=${format}`, "-c", "-C", folder, ...Object.keys(CONTENTS)]);
    const found = Object.fromEntries([...files(tar)].map(({ path, bytes }) => [path, Buffer.from(bytes).toString()]));
    assert.deepEqual(found, CONTENTS);
  });
}

test("an archive that is cut short is refused", () => {
  const tar = execFileSync("tar", ["--format=ustar", "-c", "-C", import.meta.dirname, "archive.test.mjs"]);
  assert.throws(() => [...files(tar.subarray(0, 1024))], /cut short/);
});
