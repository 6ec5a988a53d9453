/** A compiled library that the snapshot has imported comes once one of its functions is called. */
import assert from "node:assert/strict";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { gunzipSync } from "node:zlib";
import { NodeSession } from "../../static/node/host.mjs";
import { altered, bundle, manifest, output } from "./bundles.mjs";

const [{ image, front }] = manifest.libraries;
const VALIDATE = `
from pydantic_core import SchemaValidator, core_schema as schema
validator = SchemaValidator(schema.list_schema(schema.int_schema()))
print(validator.validate_python(["1", 2]), validator.validate_json("[3]"))
`;

const withoutCode = (t) => altered(t, (folder) => rmSync(join(folder, image)));

test("it is imported, and none of it is loaded", async (t) => {
  const shown = await output(t, withoutCode(t), "import sys, pydantic_core\nprint(pydantic_core.__version__, '_pydantic_core' in str(pydantic_core.SchemaValidator))");
  assert.deepEqual(shown, ["2.50.4 True\n"]);
});

test("its functions work, in the first program and in those after it", async (t) => {
  assert.deepEqual(await output(t, bundle, VALIDATE, VALIDATE), ["[1, 2] [3]\n", "[1, 2] [3]\n"]);
});

test("its own memory is what it was, not what a library's is at first", async (t) => {
  const source = "from pydantic_core import ValidationError, SchemaValidator, core_schema\n" +
    "try: SchemaValidator(core_schema.int_schema()).validate_python('a')\nexcept ValidationError as error: print(error.error_count(), error.errors()[0]['type'])";
  assert.deepEqual(await output(t, bundle, source, source), ["1 int_parsing\n", "1 int_parsing\n"]);
});

test("it can be initialized once more", async (t) => {
  const source = "import sys, gc\nfor name in [name for name in sys.modules if name.startswith('pydantic_core')]: del sys.modules[name]\n" +
    "try: import pydantic_core\nexcept ImportError as error: print(error)\nelse: print('again')";
  const [fresh] = await output(t, altered(t, (folder) => writeFileSync(join(folder, "manifest.json"), JSON.stringify({ ...manifest, snapshot: "", libraries: [] }))), `import pydantic_core\n${source}`);
  assert.deepEqual(await output(t, bundle, source), [fresh]);
});

test("where it cannot be had, that is what ends the interpreter", async (t) => {
  const session = await NodeSession.start(withoutCode(t));
  t.after(() => session.close());
  const { type, reason } = await session.finish({ source: VALIDATE });
  assert.deepEqual([type, reason.includes(image)], ["crashed", true], reason);
});

test("what stands for it is a hundredth of it", () => {
  const [size, whole] = [front, image].map((path) => gunzipSync(readFileSync(join(bundle, path))).length);
  assert.ok(size < whole / 100, `${size} of ${whole}`);
});
