/** Both ends of the shared-memory channel, the worker's in a thread of its own. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { Worker } from "node:worker_threads";
import { SharedMemoryHost } from "../../static/channel/shared-memory.js";
import { EINTR, foremost } from "../../static/protocol.js";

/** @param {string} body  of a function of (channel, post), run in the thread */
function open(t, body, { answer = () => {}, write = async () => {}, message = async () => {} } = {}) {
  const messages = [], written = [];
  const host = new SharedMemoryHost({
    write: async (bytes) => {
      written.push(Buffer.from(bytes));
      await write(bytes);
    },
    call: answer,
    message: async (data) => {
      await message(data);
      messages.push(data);
    },
  });
  const code = `
    import { parentPort, workerData } from "node:worker_threads";
    import { openWorkerEnd } from ${JSON.stringify(new URL("../../static/channel/shared-memory.js", import.meta.url).href)};
    const post = (data) => parentPort.postMessage(data);
    const channel = openWorkerEnd(workerData, post);
    (${body})(channel, post);
    post({ type: "end" });`;
  const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(code)}`), { workerData: host.init.memory });
  t.after(() => worker.terminate());
  worker.on("message", (data) => host.receive(data));
  const ended = new Promise((resolve, reject) => {
    worker.on("error", reject);
    worker.on("message", async function look() {
      while (!messages.some(({ type }) => type === "end")) await new Promise(setImmediate);
      resolve();
    });
  });
  return { host, worker, messages, output: () => Buffer.concat(written), ended };
}

test("output arrives whole and in order, however slow the reader", async (t) => {
  const { output, ended } = open(t, `(channel) => {
    for (let i = 0; i < 300; i++) {
      let bytes = new TextEncoder().encode(String(i).padStart(6, "0").repeat(1000));
      while (bytes.length) bytes = bytes.subarray(channel.write(bytes));
    }
  }`, { write: () => new Promise(setImmediate) });
  await ended;
  const expected = Array.from({ length: 300 }, (_, i) => String(i).padStart(6, "0").repeat(1000)).join("");
  assert.equal(output().toString(), expected);
});

test("messages come after the output written before them, and before what is written after", async (t) => {
  const seen = [];
  const { messages, ended } = open(t, `(channel) => {
    channel.write(new TextEncoder().encode("before"));
    channel.post({ type: "started" });
    channel.write(new TextEncoder().encode("after"));
    channel.post({ type: "finished" });
  }`, { write: async (bytes) => seen.push([Buffer.from(bytes).toString(), messages.length]) });
  await ended;
  assert.deepEqual(seen, [["before", 0], ["after", 1]]);
  assert.deepEqual(messages.map(({ type }) => type), ["started", "finished", "end"]);
});

test("what comes after a message waits until it has been handled", async (t) => {
  const seen = [];
  const { ended } = open(t, `(channel) => {
    channel.post({ type: "finished" });
    channel.write(new TextEncoder().encode("after"));
  }`, {
    write: async (bytes) => seen.push(Buffer.from(bytes).toString()),
    message: async ({ type }) => {
      for (let turn = 0; turn < 100; turn++) await new Promise(setImmediate);
      seen.push(type);
    },
  });
  await ended;
  assert.deepEqual(seen, ["finished", "after", "end"]);
});

test("a message is handled while output floods", async (t) => {
  const { host, worker, messages } = open(t, `(channel) => {
    channel.post({ type: "started" });
    const bytes = new Uint8Array(65536);
    for (;;) if (channel.write(bytes) < 0) break;
  }`, { write: () => new Promise(setImmediate) });
  while (!messages.length) await once(worker, "message");
  assert.equal(messages[0].type, "started");
  host.signal(2);
  while (messages.length < 2) await new Promise(setImmediate);
  assert.equal(messages[1].type, "end");
});

for (const [name, reply] of Object.entries({ bytes: { bytes: Uint8Array.of(1, 2, 3) }, value: { value: -7 }, errno: { errno: 29 } })) {
  test(`a call is answered with ${name}`, async (t) => {
    const { messages, ended } = open(t, `(channel) => channel.post({ type: "reply", reply: channel.call({ call: "read", max: 10, prompt: false }) })`, {
      answer: (_call, answer) => setImmediate(() => answer(reply)),
    });
    await ended;
    assert.deepEqual(messages[0].reply, reply);
  });
}

test("a signal ends a call that waits, and one that comes after it", async (t) => {
  let asked;
  const calls = [];
  const { host, messages, ended } = open(t, `(channel) => {
    const read = () => channel.call({ call: "read", max: 10, prompt: false });
    channel.post({ type: "reply", replies: [read(), read()] });
  }`, { answer: (call) => { calls.push(call.call); asked?.(); } });
  await new Promise((resolve) => (asked = resolve));
  host.signal(2);
  await ended;
  assert.deepEqual(messages[0].replies, [{ errno: EINTR }, { errno: EINTR }]);
  assert.deepEqual(calls, ["read"]);
});

test("a signal cuts a sleep short", async (t) => {
  const { host, messages, ended } = open(t, `(channel, post) => {
    post({ type: "started" });
    const begin = performance.now();
    channel.sleep(60_000);
    channel.post({ type: "slept", ms: performance.now() - begin });
  }`);
  while (!messages.length) await new Promise(setImmediate);
  host.signal(2);
  await ended;
  assert.ok(messages[1].ms < 30_000);
});

test("the size is the page's", async (t) => {
  const { host, messages, ended } = open(t, `(channel) => {
    while (channel.size().columns !== 101) channel.sleep(1);
    channel.post({ type: "size", size: channel.size() });
  }`);
  host.resize(101, 31);
  await ended;
  assert.deepEqual(messages[0].size, { columns: 101, rows: 31 });
});

test("of two signals the interrupt stays, and a change of size gives way", () => {
  const [int, quit, winch] = [2, 3, 28];
  assert.deepEqual([[0, winch], [winch, int], [winch, quit], [quit, int], [int, int]].map(([pending, raised]) => foremost(pending, raised)), [winch, int, quit, int, int]);
  assert.deepEqual([[int, quit], [int, winch], [quit, winch]].map(([pending, raised]) => foremost(pending, raised)), [int, int, quit]);
});
