// @ts-check
/** The code of compiled libraries, which follows the start of an interpreter that has only their fronts. */
import { BASE } from "./bundle.js";
import { compile, inflated } from "./compiling.js";
import { fetchFile } from "./fetching.js";
import { urlOf } from "./place.js";

/** @import { Manifest } from "./protocol.js" */
/** @import { Thread } from "./thread.js" */

/** The code of libraries, by their images. @type {Map<string, Promise<WebAssembly.Module>>} */
const libraries = new Map();

/** It may soon be needed: where this fails, the thread loads it once it is.  @param {Thread} thread @param {Manifest} manifest */
export async function bringLibraries(thread, manifest) {
  const { libraries: all, files } = manifest;
  for (const { front, image } of all) {
    if (!front) continue;
    const module = libraries.get(image) ?? fetchFile(urlOf(manifest, BASE, image), { name: image, ...files[image] }).then((response) => compile(inflated(response)));
    libraries.set(image, module);
    try {
      thread.post({ type: "library", image, module: await module });
    } catch {
      libraries.delete(image);
    }
  }
}
