// @ts-check
/**
 * Write a block's file into the working directory, and the folders that it lies in.
 * @param {any} FS  Emscripten's
 * @param {string} name  a relative path
 * @param {Uint8Array} content
 */
export function writeFile(FS, name, content) {
  const folder = name.slice(0, Math.max(name.lastIndexOf("/"), 0));
  if (folder) FS.mkdirTree(folder);
  FS.writeFile(name, content);
}
