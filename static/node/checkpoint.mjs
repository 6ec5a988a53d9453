// @ts-check
/**
 * Puts an interpreter back to where it was when it had just started, in some milliseconds, so that each session that the build
 * checks begins in a fresh one. A session that left traces which cannot be undone says so: its interpreter is thrown away.
 *
 * It relies on what a started interpreter is made of: linear memory, Emscripten's file system (MEMFS: JavaScript objects), its
 * open files, and loaded libraries (.so), whose memory lies in the heap, but whose names Emscripten keeps.
 */

/** An interpreter that has grown beyond this many bytes takes longer to clear than a new one to start. */
const MOST = 256 * 2 ** 20;
/** Folders of devices: nothing in them is a file. */
const DEVICES = new Set(["/dev", "/proc"]);

export class Checkpoint {
  #module;
  #memory;
  #folder;
  /** @type {Map<string, {node: any, time: number}>} */ #files;
  /** @type {any[]} */ #streams;
  #libraries;

  /** @param {any} module  the Emscripten module; no Python is on its stack */
  constructor(module) {
    this.#module = module;
    this.#memory = module.HEAPU8.slice();
    this.#folder = module.FS.cwd();
    this.#files = this.#walk();
    this.#streams = [...module.FS.streams];
    this.#libraries = this.libraries.length;
  }

  /** The libraries (.so) that are loaded now, by path. */
  get libraries() {
    return Object.keys(this.#module.LDSO.loadedLibsByName).filter((name) => name.startsWith("/"));
  }

  /** @returns {boolean} the interpreter is as it was; false: it must not be used again */
  restore() {
    if (this.#module.HEAPU8.length > MOST || this.libraries.length !== this.#libraries) return false;
    try {
      this.#module.FS.chdir(this.#folder); // a folder that is the current one cannot be removed
      if (!this.#closeFiles() || !this.#removeFiles()) return false;
    } catch {
      return false; // the file system refuses: a folder without permissions, say
    }
    const heap = this.#module.HEAPU8;
    heap.set(this.#memory);
    heap.fill(0, this.#memory.length);
    return true;
  }

  /** @returns {boolean} the files that were open are, and no other */
  #closeFiles() {
    const { FS } = this.#module;
    for (const stream of [...FS.streams]) {
      if (stream && !this.#streams.includes(stream)) FS.close(stream);
    }
    return this.#streams.every((stream, fd) => FS.streams[fd] === stream);
  }

  /** @returns {boolean} the files that were there are unchanged, and there are no others */
  #removeFiles() {
    const { FS } = this.#module;
    const now = this.#walk();
    for (const [path, { node }] of [...now].reverse()) {
      if (this.#files.get(path)?.node === node) continue;
      if (FS.isDir(node.mode)) FS.rmdir(path);
      else FS.unlink(path);
    }
    return [...this.#files].every(([path, { node, time }]) => {
      const found = now.get(path)?.node;
      return found === node && (FS.isDir(node.mode) || modified(node) === time);
    });
  }

  /** Every file and folder by its path, a folder before what is in it. */
  #walk() {
    const { FS } = this.#module;
    /** @type {Map<string, {node: any, time: number}>} */
    const found = new Map();
    const visit = (/** @type {any} */ folder, /** @type {string} */ path) => {
      for (const [name, node] of Object.entries(folder.contents)) {
        const inner = `${path}/${name}`;
        if (DEVICES.has(inner)) continue;
        found.set(inner, { node, time: modified(node) });
        if (FS.isDir(node.mode)) visit(node, inner);
      }
    };
    visit(FS.root, "");
    return found;
  }
}

/** When a file, or what is known of it, last changed, in ms.  @param {any} node */
function modified({ mtime, ctime }) {
  return Math.max(Number(mtime), Number(ctime));
}
