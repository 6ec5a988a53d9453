// @ts-check
/**
 * The page's hint to running Python that it is time to ask (`looks.js` is the worker's end). A question over the relay costs
 * some ms; to see whether a file can be read costs one at the most. The page makes small files in the origin private file system
 * and hands them over; to ring, it removes the one that the worker looks at.
 *
 *      page ── File, File, … ───────────────────► worker   (taken while no program runs: the first may miss them)
 *      page ── removes the first ──► (storage) ··· worker   cannot read it: asks its question, and looks at the next
 *      page ◄── the number of that ────────────── worker
 *
 * A ring says nothing but that; what signals mean, and how they arrive, is the questions' affair. The first file is removed when the
 * worker begins to look at it: having seen that, it relies on the bell. Where there is no such storage, it asks as often as ever.
 *
 * A session's files are in a folder of its own, and go with it, or with its page. What a browser that died left goes later.
 */

/** So many files wait to be removed. */
const FILES = 8;
/** Before a folder's time of making, in its name; after it comes chance. */
const PREFIX = "sphinx-emrun-bell-";
/** So old, in ms, a folder has been left; a session that lives longer then does without. */
const LEFT = 24 * 60 * 60 * 1000;
/** A file that is being read just then may refuse to go: how often it is tried again, and after how long, in ms. */
const TRIES = 20, PAUSE = 5;

export class Bell {
  /** Gives the worker a file. @type {(file: File) => void} */ #hand = () => {};
  #name = `${PREFIX}${Date.now()}-${crypto.randomUUID()}`;
  /** @type {FileSystemDirectoryHandle | undefined} */ #root;
  /** @type {FileSystemDirectoryHandle | undefined} */ #folder;
  #filling = false;
  #closed = false;
  /** How many files were handed over, and how many of those were removed: the first. */ #made = 0; #rung = 0;
  /** The one that the worker looks at. */ #at = 0;
  /** The worker is to be rung for again, once it has seen the last one. */ #again = false;

  /** @param {(file: File) => void} hand  gives the worker a file */
  async begin(hand) {
    this.#hand = hand;
    globalThis.addEventListener("pagehide", this.#clear);
    globalThis.addEventListener("pageshow", this.#fill);
    await this.#fill();
    await forgetLeft();
  }

  ring() {
    if (this.#rung > this.#at) this.#again = true;
    else if (this.#folder && this.#rung < this.#made) {
      void remove(this.#folder, this.#rung++);
      void this.#fill();
    }
  }

  close() {
    this.#closed = true;
    globalThis.removeEventListener("pagehide", this.#clear);
    globalThis.removeEventListener("pageshow", this.#fill);
    this.#clear();
  }

  /** @param {number} at  the worker has found those before it removed */
  looksAt(at) {
    this.#at = at;
    this.#rung = Math.max(this.#rung, at);
    const wanted = this.#again || this.#rung === 0;
    this.#again = false;
    if (wanted) this.ring();
  }

  #fill = async () => {
    if (this.#filling) return;
    this.#filling = true;
    try {
      this.#root = await navigator.storage.getDirectory();
      this.#folder = await this.#root.getDirectoryHandle(this.#name, { create: true });
      while (this.#made - this.#rung < FILES && !this.#closed) {
        const folder = this.#folder, missing = FILES - (this.#made - this.#rung);
        const files = await Promise.all(Array.from({ length: missing }, (_, number) => newFile(folder, this.#made + number)));
        files.forEach((file) => this.#hand(file));
        this.#made += missing;
      }
    } catch {
      // There is none here, or no room, or the page is hidden.
    }
    this.#filling = false;
    if (this.#closed) this.#clear();
  };

  /** Begun at once: a page that goes away does nothing later. */
  #clear = () => {
    this.#rung = this.#made;
    this.#root?.removeEntry(this.#name, { recursive: true }).catch(() => {});
  };
}

/** @param {FileSystemDirectoryHandle} folder @param {number} number @returns {Promise<File>} not empty: such are read without a look */
async function newFile(folder, number) {
  const handle = await folder.getFileHandle(String(number), { create: true });
  const writing = await handle.createWritable();
  await writing.write("0");
  await writing.close();
  return handle.getFile();
}

/** @param {FileSystemDirectoryHandle} folder @param {number} number */
async function remove(folder, number) {
  for (let tries = 0; tries < TRIES; tries++) {
    try {
      return await folder.removeEntry(String(number));
    } catch (error) {
      if (/** @type {Error} */ (error).name === "NotFoundError") return;
      await new Promise((resolve) => setTimeout(resolve, PAUSE));
    }
  }
}

/** Remove what was left: nobody's any more. */
async function forgetLeft() {
  try {
    const root = await navigator.storage.getDirectory();
    for await (const name of root.keys()) {
      const made = name.startsWith(PREFIX) ? parseInt(name.slice(PREFIX.length)) : NaN;
      if (Date.now() - made > LEFT) await root.removeEntry(name, { recursive: true });
    }
  } catch {
    // There is no such storage here.
  }
}
