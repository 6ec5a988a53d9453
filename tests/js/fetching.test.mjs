import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { createServer } from "node:http";
import test from "node:test";
import { FetchError, fetchBytes, fetchFile, fetchUnchecked } from "../../static/fetching.js";
import { LIMIT } from "../../static/watch.js";

const CONTENT = "0123456789".repeat(1000);
const sha256 = createHash("sha256").update(CONTENT).digest("hex");
const FILE = { name: "file.bin", sha256, size: CONTENT.length };

/** A server that answers each request with the next of these; gives its URL. */
async function serving(context, ...answers) {
  const server = createServer((request, response) => answers.shift()(response, request));
  await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
  context.after(() => (server.closeAllConnections(), server.close()));
  return `http://127.0.0.1:${server.address().port}/file.bin`;
}

const whole = (text = CONTENT) => (response) => response.end(text);
const breaksOff = (response) => {
  response.writeHead(200, { "Content-Length": CONTENT.length });
  response.write(CONTENT.slice(0, 5000), () => response.destroy());
};

/** @param {string} problem */
const says = (problem) => (error) => error instanceof FetchError && error.file === "file.bin" && error.message.startsWith(`file.bin ${problem}`);

test("the right file arrives, counted", async (t) => {
  let arrived = 0;
  const response = await fetchFile(await serving(t, whole()), FILE, { arrived: (bytes) => (arrived += bytes) });
  assert.equal(await response.text(), CONTENT);
  assert.equal(arrived, CONTENT.length);
});

test("the beginning of a hash is enough, and no size is needed", async (t) => {
  assert.equal((await fetchBytes(await serving(t, whole()), { name: "file.bin", sha256: sha256.slice(0, 16) })).length, CONTENT.length);
});

test("a body that is another does not end: whoever reads it fails", async (t) => {
  const altered = CONTENT.replace("5", "6");
  let failed;
  const response = await fetchFile(await serving(t, whole(altered)), FILE, { failed: (error) => (failed = error) });
  const reader = response.body.getReader(), read = [];
  await assert.rejects(async () => {
    for (let part = await reader.read(); !part.done; part = await reader.read()) read.push(...part.value);
  }, says("is not the file that this site was built with"));
  assert.equal(read.length, altered.length);
  assert.ok(says("is not")(failed));
});

for (const [what, answer, problem] of [
  ["a shorter file", whole(CONTENT.slice(1)), "arrived cut short: 9,999 of 10,000 bytes"],
  ["a longer file", whole(`${CONTENT}!`), "is not the file that this site was built with"],
  ["a broken connection", breaksOff, "broke off after 5,000 bytes (is the network there?)"],
  ["an error", (response) => response.writeHead(503).end(), "could not be loaded: the server answered 503"],
  ["no answer", (response) => response.destroy(), "could not be loaded (is the network there?)"],
]) {
  test(`${what} is said after a second try, and made good by it`, async (t) => {
    await assert.rejects(fetchBytes(await serving(t, answer, answer), FILE), says(problem));
    const url = await serving(t, answer, whole());
    assert.equal((await fetchBytes(url, FILE)).length, CONTENT.length);
  });
}

test("what breaks off while it is read is said with how far it came", async (t) => {
  const response = await fetchFile(await serving(t, breaksOff), FILE);
  await assert.rejects(response.text(), says("broke off after 5,000 bytes"));
});

test("a file that takes its time is counted while it arrives, each byte once", async (t) => {
  let rest, arrived = 0;
  const url = await serving(t, (response) => {
    response.writeHead(200, { "Content-Length": CONTENT.length });
    response.write(CONTENT.slice(0, 5000));
    rest = () => response.end(CONTENT.slice(5000));
  });
  const bytes = await fetchBytes(url, FILE, {
    arrived(count) {
      arrived += count;
      if (arrived === 5000) rest();
    },
  });
  assert.equal(bytes.length, CONTENT.length);
  assert.equal(arrived, CONTENT.length);
});

test("what is read past the check is checked nevertheless", async (t) => {
  const altered = CONTENT.replace("5", "6"), url = await serving(t, whole(altered), whole());
  const wrong = await fetchUnchecked(url, FILE);
  assert.equal(await wrong.response.text(), altered);
  await assert.rejects(wrong.content, says("is not the file that this site was built with"));
  const right = await fetchUnchecked(url, FILE);
  assert.equal(await right.response.text(), CONTENT);
  assert.equal((await right.content).length, CONTENT.length);
});

test("what stops arriving is given up", async (t) => {
  let stalled;
  const begun = new Promise((resolve) => (stalled = resolve));
  const url = await serving(t, (response) => {
    response.writeHead(200, { "Content-Length": CONTENT.length });
    response.write(CONTENT.slice(0, 5000));
  });
  t.mock.timers.enable({ apis: ["setInterval"] });
  const quiet = [];
  const response = await fetchFile(url, FILE, { arrived: stalled, quiet: (seconds) => quiet.push(seconds) });
  await begun;
  const text = response.text();
  t.mock.timers.tick(LIMIT * 1000);
  await assert.rejects(text, says(`has stopped arriving: nothing came for ${LIMIT} seconds`));
  assert.equal(quiet.at(-1), LIMIT - 1);
});

test("a broken body whose reader has given up is found out nevertheless", async (t) => {
  const { promise, resolve } = Promise.withResolvers();
  const response = await fetchFile(await serving(t, whole(CONTENT.replace("5", "6"))), FILE, { failed: resolve });
  await response.body.cancel();
  assert.ok(says("is not")(await promise));
});

test("what is abandoned is no failure", async (t) => {
  const url = await serving(t, (response) => response.writeHead(200, { "Content-Length": CONTENT.length }).write(CONTENT.slice(0, 5000)));
  const abandon = new AbortController(), { promise, resolve } = Promise.withResolvers();
  await fetchFile(url, FILE, { abandon: abandon.signal, judged: resolve, failed: assert.fail });
  abandon.abort();
  await promise;
});

/** A Cache, as far as it is used. */
class Kept extends Map {
  async match(url) {
    return this.has(url) ? new Response(this.get(url)) : undefined;
  }
  async put(url, response) {
    this.set(url, await response.text());
  }
}

test("what is kept needs no network, is checked, and is replaced where it is wrong", async (t) => {
  const url = await serving(t, whole(), whole()), kept = new Kept();
  assert.equal(await (await fetchFile(url, FILE, { kept })).text(), CONTENT);
  await new Promise(setImmediate);
  assert.equal(kept.get(url), CONTENT);
  assert.equal(await (await fetchFile(url, FILE, { kept })).text(), CONTENT);
  kept.set(url, "broken");
  assert.equal(new TextDecoder().decode(await fetchBytes(url, FILE, { kept })), CONTENT);
  await new Promise(setImmediate);
  assert.equal(kept.get(url), CONTENT);
});
