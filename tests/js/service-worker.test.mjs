/** Both ends of the service worker's channel, the worker's in a thread of its own, and the relay between them. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Worker } from "node:worker_threads";
import { QuestionHost } from "../../static/channel/questions.js";
import { EAGAIN, EINTR } from "../../static/protocol.js";
import { Browser, REQUESTS } from "./relay.mjs";

const tick = () => new Promise(setImmediate);

/** @param {string} body  of a function of (channel, post), run in the thread */
function open(t, body, { answer = () => {}, write = async () => {}, accidents = [] } = {}) {
  const messages = [], written = [], browser = new Browser();
  browser.accidents = [...accidents];
  const host = new QuestionHost({
    write: async (bytes) => {
      written.push(Buffer.from(bytes));
      await write(bytes);
    },
    call: answer,
    message: (message) => messages.push(message),
  }, { tier: "service-worker", url: browser.relay.url, key: "key", columns: 80, rows: 24 }, (take) => browser.relay.listen("key", take));
  const code = `
    import { parentPort, workerData } from "node:worker_threads";
    ${REQUESTS}
    const { openWorkerEnd } = await import(${JSON.stringify(new URL("../../static/channel/service-worker.js", import.meta.url).href)});
    const post = (data) => parentPort.postMessage(data);
    const channel = openWorkerEnd(workerData, post);
    (${body})(channel, post);
    post({ type: "end" });`;
  const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(code)}`), { workerData: host.init });
  t.after(() => worker.terminate());
  const failed = new Promise((_, reject) => worker.on("error", reject));
  worker.on("message", (data) => browser.take(data) || host.receive(data));
  const until = async (condition) => {
    while (!condition()) await Promise.race([tick(), failed]);
  };
  return { host, browser, messages, written, output: () => Buffer.concat(written).toString(), until, ended: () => until(() => messages.some(({ type }) => type === "end")) };
}

test("output arrives whole and in order, however slow the reader", async (t) => {
  const { output, ended } = open(t, `(channel) => {
    for (let i = 0; i < 300; i++) {
      let bytes = new TextEncoder().encode(String(i).padStart(6, "0").repeat(1000));
      while (bytes.length) bytes = bytes.subarray(channel.write(bytes));
    }
  }`, { write: tick });
  await ended();
  assert.equal(output(), Array.from({ length: 300 }, (_, i) => String(i).padStart(6, "0").repeat(1000)).join(""));
});

test("a writer waits for its reader", async (t) => {
  let release;
  const { written, messages, until, ended } = open(t, `(channel, post) => {
    for (let i = 0; i < 32; i++) channel.write(new Uint8Array(65536));
  }`, { write: () => new Promise((resolve) => (release = resolve)) });
  await until(() => written.length);
  for (let i = 0; i < 100; i++) await tick();
  assert.deepEqual(messages, []);
  const releasing = setInterval(() => release());
  await ended();
  await until(() => Buffer.concat(written).length === 32 * 65536);
  clearInterval(releasing);
});

test("messages come after the output written before them, and before what is written after", async (t) => {
  const seen = [];
  const { messages, ended } = open(t, `(channel) => {
    channel.write(new TextEncoder().encode("before"));
    channel.post({ type: "started" });
    channel.write(new TextEncoder().encode("after"));
    channel.post({ type: "finished" });
  }`, { write: async (bytes) => seen.push([Buffer.from(bytes).toString(), messages.length]) });
  await ended();
  assert.deepEqual(seen, [["before", 0], ["after", 1]]);
});

test("an interrupt drops output that is not shown, and what is written before the worker learns of it", async (t) => {
  let release;
  const { host, output, until, ended } = open(t, `(channel) => {
    const bytes = new TextEncoder().encode("x".repeat(65536));
    while (channel.write(bytes) > 0 && !channel.takeSignal());
    channel.takeSignal();
    while (channel.write(new TextEncoder().encode("after")) < 0);
  }`, { write: () => new Promise((resolve) => (release = resolve)) });
  await until(() => release);
  host.signal(2);
  const releasing = setInterval(() => release());
  await ended();
  clearInterval(releasing);
  assert.match(output(), /^x+after$/);
  assert.ok(output().length < 3 * 65536);
});

for (const [name, reply] of Object.entries({ bytes: { bytes: Uint8Array.of(1, 2, 255) }, "no bytes": { bytes: new Uint8Array(0) }, value: { value: -7 }, errno: { errno: 29 } })) {
  for (const accidents of [[], ["before", "before"], ["after"], ["404", "after"]]) {
    test(`a call is answered with ${name}, after ${accidents.length ? `accidents ${accidents}` : "none"}`, async (t) => {
      const calls = [];
      const { browser, messages, until, ended } = open(t, `(channel, post) => {
        post({ type: "ready" });
        const replies = [0, 1].map(() => channel.call({ call: "read", max: 10, wait: true, prompt: false }));
        channel.post({ type: "reply", replies });
      }`, { answer: (call, answer) => {
        if (call.wait === false) return answer({ errno: EAGAIN });
        if (!calls.length) browser.accidents.push(...accidents);
        calls.push(call.id);
        setImmediate(() => answer(reply));
      } });
      await until(() => messages.length);
      await ended();
      assert.deepEqual(messages[1].replies, [reply, reply]);
      assert.deepEqual(calls, [1, 2]);
    });
  }
}

test("a signal ends a call that waits, and one that comes after it", async (t) => {
  let asked;
  const calls = [];
  const { host, messages, ended } = open(t, `(channel) => {
    const read = () => channel.call({ call: "read", max: 10, prompt: false });
    channel.post({ type: "reply", replies: [read(), channel.takeSignal(), channel.takeSignal(), read()] });
  }`, { answer: (call, answer) => {
    calls.push(call.call);
    if (calls.length === 1) asked();
    else answer({ value: 5 });
  } });
  await new Promise((resolve) => (asked = resolve));
  host.signal(2);
  await ended();
  assert.deepEqual(messages[0].replies, [{ errno: EINTR }, 2, 0, { value: 5 }]);
});

/** A terminal in which this was typed: a line a read, the last an end of file. */
function typed(lines) {
  const left = lines.map((line) => new TextEncoder().encode(line)), asked = [];
  return { asked, answer: (call, answer) => {
    asked.push(call.call);
    if (call.call === "read") answer(left.length ? { bytes: left.shift() } : { errno: EAGAIN });
    else answer({ value: 0 });
  } };
}

const READING = `const text = (reply) => "bytes" in reply ? new TextDecoder().decode(reply.bytes) : reply;
  const read = (max = 8192) => text(channel.call({ call: "read", max, wait: false, prompt: false }));
  const settings = (c_lflag, flush) => channel.call({ call: "configure", termios: { c_lflag }, flush });`;

test("a read gets one line, though many are sent at once", async (t) => {
  const lines = Array.from({ length: 2000 }, (_, i) => `line ${i} of many that were pasted\n`);
  const { answer } = typed([...lines, "", "after the end of file\n"]);
  let calls = 0;
  const { host, messages, ended } = open(t, `(channel) => {
    ${READING}
    const lines = [];
    for (let line; (line = read()) !== ""; ) lines.push(line);
    channel.post({ type: "lines", lines, next: read(), none: read() });
  }`, { answer });
  const receive = host.receive.bind(host);
  host.receive = (data) => { calls += Number("call" in data); receive(data); };
  await ended();
  const { lines: got, next, none } = messages[0];
  assert.deepEqual(got, lines);
  assert.deepEqual([next, none], ["after the end of file\n", { errno: EAGAIN }]);
  assert.ok(calls < 20, `${calls} calls`);
});

test("lines sent ahead can be waited for, counted, dropped, and read as keys", async (t) => {
  const { answer, asked } = typed(["one\n", "two\n", "three\n"]);
  const { messages, ended } = open(t, `(channel) => {
    ${READING}
    const seen = [read(), channel.call({ call: "poll", timeout: -1, prompt: false }), channel.call({ call: "pending" })];
    settings(0, false);
    seen.push(read(2), read());
    settings(2, true);
    seen.push(read());
    channel.post({ type: "seen", seen });
  }`, { answer });
  await ended();
  assert.deepEqual(messages[0].seen, ["one\n", { value: 1 }, { value: 10 }, "tw", "o\n", { errno: EAGAIN }]);
  assert.deepEqual(asked, ["read", "read", "read", "read", "pending", "configure", "configure", "read"]);
});

test("an interrupt drops the lines sent ahead", async (t) => {
  const { answer } = typed(["one\n", "two\n"]);
  const { host, messages, until, ended } = open(t, `(channel, post) => {
    ${READING}
    channel.post({ type: "first", line: read() });
    while (channel.checkSignal() !== 2);
    channel.post({ type: "second", line: read() });
  }`, { answer });
  await until(() => messages.length);
  host.signal(2);
  await ended();
  assert.deepEqual(messages.slice(0, 2).map(({ line }) => line), ["one\n", { errno: EAGAIN }]);
});

test("running code learns of a signal by looking, once, though answers are lost", async (t) => {
  const { host, browser, messages, until, ended } = open(t, `(channel, post) => {
    post({ type: "started" });
    const seen = [];
    while (!seen.length) { const signal = channel.checkSignal(); if (signal) seen.push(signal); }
    const end = performance.now() + 400;
    while (performance.now() < end) { const signal = channel.checkSignal(); if (signal) seen.push(signal); }
    channel.post({ type: "seen", seen });
  }`);
  await until(() => messages.length);
  browser.accidents = ["after", "after"];
  host.signal(2);
  await ended();
  assert.deepEqual(messages[1].seen, [2]);
});

test("an interrupt is not displaced by a change of size", async (t) => {
  const { host, messages, until, ended } = open(t, `(channel, post) => {
    post({ type: "started" });
    let signal;
    while (!(signal = channel.checkSignal()));
    channel.post({ type: "seen", signal });
  }`);
  await until(() => messages.length);
  host.signal(2);
  host.signal(28);
  await ended();
  assert.equal(messages[1].signal, 2);
});

test("looking costs running code little", async (t) => {
  const { browser, messages, ended } = open(t, `(channel) => {
    const end = performance.now() + 1000;
    while (performance.now() < end) channel.checkSignal();
    channel.post({ type: "looked" });
  }`);
  await ended();
  assert.equal(messages[0].type, "looked");
  const looks = browser.questions.length;
  assert.ok(looks >= 4 && looks <= 15, String(looks));
});

for (const ms of [30, 60_000]) {
  test(`a signal cuts a sleep of slices of ${ms} ms short`, async (t) => {
    const { host, messages, until, ended } = open(t, `(channel, post) => {
      post({ type: "started" });
      const begin = performance.now();
      let signal = 0;
      while (!signal && performance.now() - begin < 60_000) { channel.sleep(${ms}); signal = channel.takeSignal(); }
      channel.post({ type: "slept", signal, ms: performance.now() - begin });
    }`);
    await until(() => messages.length);
    host.signal(2);
    await ended();
    assert.equal(messages[1].signal, 2);
    assert.ok(messages[1].ms < 30_000);
  });
}

test("a sleep lasts as long as it was asked to, and asks once", async (t) => {
  const { browser, messages, ended } = open(t, `(channel) => {
    const begin = performance.now();
    channel.sleep(300);
    channel.post({ type: "slept", ms: performance.now() - begin });
  }`);
  await ended();
  assert.ok(messages[0].ms >= 299 && messages[0].ms < 3000, String(messages[0].ms));
  assert.equal(browser.questions.length, 2);
});

test("the size is the page's", async (t) => {
  const { host, messages, ended } = open(t, `(channel) => {
    while (channel.size().columns !== 101) channel.sleep(60);
    channel.post({ type: "size", size: channel.size() });
  }`);
  host.resize(101, 31);
  await ended();
  assert.deepEqual(messages[0].size, { columns: 101, rows: 31 });
});

test("a worker that cannot reach the relay says so at once", async (t) => {
  const { ended } = open(t, "() => {}", { accidents: Array(1000).fill("404") });
  await assert.rejects(ended(), /the relay cannot be reached/);
});

test("the relay leaves every other request alone", () => {
  const browser = new Browser();
  for (const path of ["worker.js", "pyodide/pyodide.asm.wasm", "../../../index.html", "x/~emrun/page-1/1/key"]) assert.ok(browser.ignores(path), path);
  assert.ok(!browser.ignores("~emrun/page-1/1000/key/1/0/now/0"));
});

test("a page that has gone is asked for again, slowly", async () => {
  const state = await new Promise((resolve) => {
    const memory = new SharedArrayBuffer(1024);
    const browser = new Browser();
    browser.take({ request: "https://example.org/_static/emrun/0123/~emrun/another/20000/key/1/0/now/0", memory });
    const view = new Int32Array(memory, 0, 2);
    void Atomics.waitAsync(view, 0, 0).value.then(() => resolve(view[0]));
  });
  assert.equal(state, 204);
});
