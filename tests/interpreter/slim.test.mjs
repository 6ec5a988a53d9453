/** A site's interpreter is smaller than Pyodide's: what it leaves for later is there when a program needs it. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { NodeSession } from "../../static/node/host.mjs";
import { altered, bundle, output } from "./bundles.mjs";
import { plain } from "./session.mjs";

const characters = readFileSync(new URL("../cases/parts/characters.py", import.meta.url), "utf8");
const NAME = "import unicodedata\nprint(unicodedata.name('é'))", ENCODE = "print('中文'.encode('gbk'))";

/** A bundle of one's own, an interpreter of it, and what programs print there. */
async function own(t) {
  const folder = altered(t, () => {}), session = await NodeSession.start(folder);
  t.after(() => session.close());
  return { parts: join(folder, "parts"), away: join(folder, "away"), run: async (source) => (await session.finish({ source }), plain(session.screen)) };
}

test("it knows of all characters what Pyodide's knows", async (t) => {
  const expected = execFileSync(/** @type {string} */ (process.env.EMRUN_PYTHON), ["-c", characters], { encoding: "utf8" });
  assert.equal(expected.split("\n").length, 34, expected);
  assert.deepEqual(await output(t, bundle, characters), [expected]);
});

test("what no program uses is not fetched; what one uses is fetched once", async (t) => {
  const { parts, away, run } = await own(t);
  assert.equal(await run(NAME), "LATIN SMALL LETTER E WITH ACUTE\n");
  renameSync(parts, away);
  assert.equal(await run(NAME), "LATIN SMALL LETTER E WITH ACUTE\n");
  assert.match(await run(ENCODE), /^Traceback[^]*OSError: parts\/codecs\.bin could not be loaded/);
  // The network is there again.
  renameSync(away, parts);
  assert.equal(await run(ENCODE), "b'\\xd6\\xd0\\xce\\xc4'\n");
});

test("libraries that few programs use come when they are called, and work", async (t) => {
  const { parts, away, run } = await own(t);
  renameSync(parts, away);
  const imports = "import shutil, tarfile, zipfile, random, lzma, compression.zstd, ctypes, decimal, hashlib, pickle, xml.etree.ElementTree";
  assert.equal(await run(`${imports}\nprint(compression.zstd.COMPRESSION_LEVEL_DEFAULT)`), "3\n");
  const uses = {
    sqlite: ["import sqlite3\nprint(sqlite3.connect(':memory:').execute('select 6 * 7').fetchone())", "(42,)\n"],
    lzma: ["import lzma\nprint(lzma.decompress(lzma.compress(b'a' * 10**5)) == b'a' * 10**5)", "True\n"],
    zstd: ["from compression import zstd\nprint(zstd.decompress(zstd.compress(b'a' * 10**5, 19)) == b'a' * 10**5)", "True\n"],
    tests: ["import _testcapi\nprint(_testcapi.INT_MAX)", "2147483647\n"],
  };
  for (const [name, [source]] of Object.entries(uses)) assert.match(await run(source), new RegExp(`^Traceback[^]*OSError: parts/${name}\\.bin could not be loaded`));
  renameSync(away, parts);
  for (const [source, printed] of Object.values(uses)) assert.equal(await run(source), printed);
});

test("a table that is not the site's is refused, and nothing is shown in its place", async (t) => {
  const folder = altered(t, (copy) => writeFileSync(join(copy, "parts", "codecs.bin"), "<!doctype html>"));
  const [screen] = await output(t, folder, ENCODE);
  assert.match(screen, /^Traceback[^]*OSError: parts\/codecs\.bin is not the file/);
});

test("names of the C++ runtime and of iconv(3), which nothing here uses, are gone; those of C are there", async (t) => {
  const [screen] = await output(t, bundle, `
import ctypes
main = ctypes.CDLL(None)
for name in ("strlen", "PyLong_AsLong", "_Znwm", "iconv_open"):
    print(name, hasattr(main, name))
print(main.strlen(b"four"), main.toupper(ord("a")))`);
  assert.equal(screen, "strlen True\nPyLong_AsLong True\n_Znwm False\niconv_open False\n4 65\n");
});
