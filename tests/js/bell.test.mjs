/** The page's end of the bell, over storage of the test's own: which files there are, and which are removed when. */
import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { Bell } from "../../static/channel/bell.js";

const tick = () => new Promise(setImmediate);
const until = async (condition) => {
  while (!condition()) await tick();
};

/** What of a FileSystemDirectoryHandle is asked for, https://fs.spec.whatwg.org. */
class Folder {
  entries = new Map();
  /** How many removals fail, for the file is being read. */ busy = 0;

  async getDirectoryHandle(name) {
    if (!this.entries.has(name)) this.entries.set(name, new Folder());
    return this.entries.get(name);
  }

  async getFileHandle(name) {
    this.entries.set(name, "");
    const createWritable = async () => ({ write: async (text) => this.entries.set(name, text), close: async () => {} });
    return { createWritable, getFile: async () => ({ name, text: this.entries.get(name) }) };
  }

  async removeEntry(name) {
    if (this.busy-- > 0) throw new DOMException("It is read", "NoModificationAllowedError");
    if (!this.entries.delete(name)) throw new DOMException("There is none", "NotFoundError");
  }

  async *keys() {
    yield* [...this.entries.keys()];
  }
}

let root, page, bells;

beforeEach(() => {
  root = new Folder();
  page = new EventTarget();
  bells = [];
  Object.defineProperty(globalThis, "navigator", { value: { storage: { getDirectory: async () => root } }, configurable: true });
  for (const name of ["addEventListener", "removeEventListener"]) globalThis[name] = page[name].bind(page);
});

afterEach(() => bells.forEach((bell) => bell.close()));

/** A bell, and what the worker got of it. */
async function open() {
  const bell = new Bell(), got = [];
  bells.push(bell);
  await bell.begin((file) => got.push(file));
  const [name] = [...root.entries.keys()].slice(-1), folder = root.entries.get(name);
  const left = () => [...folder.entries.keys()];
  return { bell, got, name, folder, left, removed: (count) => until(() => !left().includes(String(count - 1))) };
}

/** What has been begun is done. */
async function settled() {
  for (let i = 0; i < 50; i++) await tick();
}

test("files are made and handed over in order, none of them empty", async () => {
  const { got, left } = await open();
  assert.deepEqual(got.map(({ name }) => name), [..."01234567"]);
  assert.ok(got.every(({ text }) => text));
  assert.deepEqual(left(), [..."01234567"]);
});

test("it rings when the worker begins to look, as a trial, and then for each signal", async () => {
  const { bell, got, left, removed } = await open();
  bell.looksAt(0);
  await removed(1);
  bell.looksAt(1);
  await settled();
  assert.equal(left()[0], "1");
  bell.ring();
  await removed(2);
  await until(() => got.length === 10);
  assert.deepEqual(left(), [..."23456789"]);
});

test("a signal before the worker looks is trial enough", async () => {
  const { bell, left, removed } = await open();
  bell.ring();
  await removed(1);
  bell.looksAt(0);
  bell.looksAt(1);
  await settled();
  assert.equal(left()[0], "1");
});

test("many signals cost one file, and one more once the worker has seen that", async () => {
  const { bell, left } = await open();
  for (let i = 0; i < 100; i++) bell.ring();
  await settled();
  assert.equal(left()[0], "1");
  bell.looksAt(1);
  await settled();
  assert.equal(left()[0], "2");
  bell.looksAt(2);
  await settled();
  assert.equal(left()[0], "2");
});

test("files that somebody else removed are passed over", async () => {
  const { bell, folder, left, removed } = await open();
  for (const name of "0123") folder.entries.delete(name);
  bell.looksAt(4);
  await settled();
  bell.ring();
  await removed(5);
  assert.equal(left()[0], "5");
});

test("a file that is being read is removed when it can be", async () => {
  const { bell, folder, removed } = await open();
  folder.busy = 3;
  bell.ring();
  await removed(1);
});

test("nothing stays of a session that ends, or whose page goes away", async () => {
  const [ended, left, other] = [await open(), await open(), await open()];
  ended.bell.close();
  await settled();
  assert.deepEqual([...root.entries.keys()], [left.name, other.name]);
  page.dispatchEvent(new Event("pagehide"));
  await settled();
  assert.deepEqual([...root.entries.keys()], []);
});

test("a page that comes back has new files", async () => {
  const { got, left, bell, removed } = await open();
  page.dispatchEvent(new Event("pagehide"));
  page.dispatchEvent(new Event("pageshow"));
  await until(() => got.length === 16);
  bell.ring();
  for (let at = 0; at <= 8; at++) bell.looksAt(at);
  await settled();
  assert.notEqual(left().length, 0);
  bell.ring();
  await settled();
  assert.ok(!left().includes("8"));
});

test("what was left is removed; what is young, or not ours, is not", async () => {
  const old = `sphinx-emrun-bell-${Date.now() - 2 * 86_400_000}-x`, young = `sphinx-emrun-bell-${Date.now() - 3_600_000}-x`;
  for (const name of [old, young, "sphinx-emrun-bell-mine", "1-x"]) await root.getDirectoryHandle(name);
  const { name } = await open();
  await until(() => !root.entries.has(old));
  await settled();
  assert.deepEqual([...root.entries.keys()], [young, "sphinx-emrun-bell-mine", "1-x", name]);
});

for (const [name, storage] of Object.entries({ "is none": undefined, "is refused": { getDirectory: async () => { throw new DOMException("no", "SecurityError"); } } })) {
  test(`where storage ${name}, ringing does nothing`, async () => {
    Object.defineProperty(globalThis, "navigator", { value: { storage }, configurable: true });
    const bell = new Bell();
    await bell.begin(assert.fail);
    bell.ring();
    await settled();
  });
}
