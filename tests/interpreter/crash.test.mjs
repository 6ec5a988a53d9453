/** What ends the interpreter is said, with Python's traceback where there is one. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { NodeSession } from "../../static/node/host.mjs";

for (const [source, reason] of [["import os\nos._exit(3)", /exit/], ["import os\nos.abort()", /./]]) {
  test(source.split("\n")[1], async (t) => {
    const session = await NodeSession.start(/** @type {string} */ (process.env.EMRUN_BUNDLE));
    t.after(() => session.close());
    const end = await session.finish({ source });
    assert.equal(end.type, "crashed");
    assert.match(end.reason, reason);
  });
}

test("a bundle that is not whole says which file", async () => {
  await assert.rejects(NodeSession.start(new URL(".", import.meta.url).pathname), /worker\.js/);
});
