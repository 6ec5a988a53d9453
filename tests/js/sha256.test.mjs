import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import test from "node:test";
import { sha256 } from "../../static/sha256.js";

test("every length around a block's end, and a long file, hash as OpenSSL has it", () => {
  for (const length of [...Array(200).keys(), 1_000_003]) {
    const bytes = Uint8Array.from({ length: length + 3 }, (_, at) => (at * 167 + 13) >>> 3).subarray(3);
    assert.equal(sha256(bytes), createHash("sha256").update(bytes).digest("hex"), `${length} bytes`);
  }
});
