/** Installed packages are files like others, although they are loaded only when something reads them. */
import assert from "node:assert/strict";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { NodeSession } from "../../static/node/host.mjs";
import { plain } from "./session.mjs";

const bundle = /** @type {string} */ (process.env.EMRUN_BUNDLE);
const manifest = JSON.parse(readFileSync(join(bundle, "manifest.json"), "utf8"));
const source = readFileSync(new URL("../cases/snapshot/packages.py", import.meta.url), "utf8");
const SITE = "/lib/python3.14/site-packages/tiny";

/** What a program prints in a fresh interpreter. */
async function output(t, folder, program = source) {
  const session = await NodeSession.start(folder);
  t.after(() => session.close());
  await session.finish({ source: program });
  return plain(session.screen);
}

/** A copy of the bundle, altered. */
function altered(t, alter) {
  const folder = mkdtempSync(join(tmpdir(), "bundle-"));
  t.after(() => rmSync(folder, { recursive: true }));
  cpSync(bundle, folder, { recursive: true });
  alter(folder);
  return folder;
}

test("sources, data files, metadata, lists of modules and source lines in tracebacks", async (t) => {
  const shown = await output(t, bundle);
  for (const part of [
    `${SITE}/__init__.py ${SITE}/__pycache__/__init__.cpython-314.pyc`,
    '"""A library."""\n\n\ndef main():\n    print("tiny")\n',
    `${SITE}/__init__.py ['__init__.py', '__pycache__', 'data.txt', 'template.py']`,
    "data\nb'data\\n'",
    "b'a\\n' 5 5",
    "1.0 ['tiny']",
    "['tiny:main']",
    "'tiny/data.txt'",
    "['tiny.template']",
    `File "${SITE}/__init__.py", line 5, in <module>\n    print("tiny")\n`,
    "ValueError: shown\n",
  ]) assert.ok(shown.includes(part), `${part}\n\nis not in\n\n${shown}`);
});

test("the same with no snapshot", async (t) => {
  const folder = altered(t, (copy) => writeFileSync(join(copy, "manifest.json"), JSON.stringify({ ...manifest, snapshot: "", libraries: [] })));
  assert.equal(await output(t, folder), await output(t, bundle));
});

test("the package is in the snapshot: to import it loads nothing", async (t) => {
  const folder = altered(t, (copy) => rmSync(join(copy, "packages"), { recursive: true }));
  assert.equal(await output(t, folder, "import tiny\ntiny.main()"), "tiny\n");
});

