// @ts-check
/**
 * Tar archives (POSIX ustar, with pax and GNU long names) as the build writes them, into Emscripten's file system.
 */

const BLOCK = 512;
const decoder = new TextDecoder();

/** @param {Uint8Array} bytes @returns {string} a NUL-ended field */
function text(bytes) {
  const end = bytes.indexOf(0);
  return decoder.decode(end < 0 ? bytes : bytes.subarray(0, end));
}

/** @param {string} records  a pax header's: "LENGTH KEY=VALUE\n" @returns {string | undefined} */
function paxPath(records) {
  return /\d+ path=(.*)\n/.exec(records)?.[1];
}

/**
 * The files of an archive, in order.
 * @param {Uint8Array} tar
 * @returns {Generator<{path: string, bytes: Uint8Array}>} bytes are views on `tar`
 */
export function* files(tar) {
  let longName = /** @type {string | undefined} */ (undefined);
  for (let at = 0; at + BLOCK <= tar.length && tar[at] !== 0;) {
    const header = tar.subarray(at, at + BLOCK);
    const size = parseInt(text(header.subarray(124, 136)), 8);
    const bytes = tar.subarray(at + BLOCK, at + BLOCK + size);
    if (bytes.length < size) throw new Error("an archive is cut short");
    const prefix = text(header.subarray(345, 500)), name = text(header.subarray(0, 100));
    const type = String.fromCharCode(header[156]);
    if (type === "L") longName = text(bytes);
    else if (type === "x") longName = paxPath(decoder.decode(bytes));
    else {
      if (type === "0" || type === "\0") yield { path: longName ?? (prefix ? `${prefix}/${name}` : name), bytes };
      longName = undefined;
    }
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
  }
}

/**
 * Unpack an archive; its memory becomes the files'.
 * @param {any} FS  Emscripten's
 * @param {Uint8Array} tar
 * @param {string} folder  where to
 */
export function unpack(FS, tar, folder) {
  const made = new Set();
  for (const { path, bytes } of files(tar)) {
    const target = `${folder}/${path}`, parent = target.slice(0, target.lastIndexOf("/"));
    if (!made.has(parent)) {
      FS.mkdirTree(parent);
      made.add(parent);
    }
    FS.writeFile(target, bytes, { canOwn: true });
  }
}
