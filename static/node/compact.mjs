// @ts-check
/**
 * Makes a snapshot as small as can be: `node compact.mjs BUNDLE OUT`. Of the highest levels this one takes the least time for what it
 * saves. Frames are compressed at the same time, but there are no more than must be: each begins anew.
 */
import fs from "node:fs";
import os from "node:os";
import { promisify } from "node:util";
import zlib from "node:zlib";
import { FRAME, assemble, frameBounds, parse } from "../snapshot.js";

const [, , folder, out] = process.argv, { constants } = zlib;
const LEVEL = 18;

os.setPriority(os.constants.priority.PRIORITY_BELOW_NORMAL); // programs that are checked meanwhile have their time measured
const { head: { frames, ...facts }, body } = parse(fs.readFileSync(`${folder}/snapshot.bin`));
let at = 0;
const memory = Buffer.concat(frames.map((size) => zlib.zstdDecompressSync(body.subarray(at, (at += size)))));
const params = { [constants.ZSTD_c_compressionLevel]: LEVEL, [constants.ZSTD_c_windowLog]: Math.log2(FRAME), [constants.ZSTD_c_checksumFlag]: 1 };
const parts = frameBounds(facts).map(([from, to]) => promisify(zlib.zstdCompress)(memory.subarray(from, to), { params }));
fs.writeFileSync(out, Buffer.concat(assemble(facts, await Promise.all(parts))));
