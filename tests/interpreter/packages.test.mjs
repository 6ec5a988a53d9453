/** Installed packages are files like others, although they are loaded only when something reads them. */
import assert from "node:assert/strict";
import { readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { altered, bundle, manifest, output, program } from "./bundles.mjs";

const SITE = "/lib/python3.14/site-packages/tiny";
const source = program("packages.py");

test("sources, data files, metadata, lists of modules and source lines in tracebacks", async (t) => {
  const [shown] = await output(t, bundle, source);
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
  assert.deepEqual(await output(t, folder, source), await output(t, bundle, source));
});

test("the package is in the snapshot: to import it loads nothing", async (t) => {
  const folder = altered(t, (copy) => rmSync(join(copy, "packages"), { recursive: true }));
  assert.deepEqual(await output(t, folder, "import tiny\ntiny.main()"), ["tiny\n"]);
});

test("parts of the interpreter that came with an import when the snapshot was made are there", async (t) => {
  const shown = await output(t, bundle, "import sys\nprint('sqlite3' in sys.modules, '_codecs_cn' in sys.modules)",
    "print('中文'.encode('gbk'))", "import sqlite3\nprint(sqlite3.connect(':memory:').execute('select 6 * 7').fetchone())");
  assert.deepEqual(shown, ["True True\n", "b'\\xd6\\xd0\\xce\\xc4'\n", "(42,)\n"]);
});

test("what calls C, and is called by C, goes on from the snapshot", async (t) => {
  const [, ...shown] = await output(t, bundle, "import sys\nprint('ctypes' in sys.modules)", "from ctypes import *\ntwice = CFUNCTYPE(c_int, c_int)(lambda n: 2 * n)",
    "print(twice(21))", "print(pythonapi.Py_GetVersion and PYFUNCTYPE(c_long, py_object)(('PyLong_AsLong', pythonapi))(42))",
    "numbers = (c_int * 3)(3, 1, 2)\norder = CFUNCTYPE(c_int, POINTER(c_int), POINTER(c_int))\n" +
    "CDLL(None).qsort(numbers, 3, sizeof(c_int), order(lambda a, b: a[0] - b[0]))\nprint([*numbers])");
  assert.deepEqual(shown, ["", "42\n", "42\n", "[1, 2, 3]\n"]);
});

test("a start reads no package that its program does not, and from the snapshot not even their names", async (t) => {
  for (const [snapshot, unread] of [[manifest.snapshot, /./], ["", /\.bin$/]]) {
    const folder = altered(t, (copy) => {
      const packages = join(copy, "packages");
      readdirSync(packages).filter((name) => unread.test(name)).forEach((name) => rmSync(join(packages, name)));
      writeFileSync(join(copy, "manifest.json"), JSON.stringify({ ...manifest, snapshot }));
    });
    assert.deepEqual(await output(t, folder, "import csv\nprint('there')"), ["there\n"]);
  }
});
