/** Runs cases in a bundle's session: a request a line on the standard input, an answer a line on the standard output. */
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";
import { NodeSession } from "../../static/node/host.mjs";

/** What a case may leave behind. */
const TIDY = `
import os, signal
os.set_blocking(0, True)
for number in (signal.SIGQUIT, signal.SIGTSTP, signal.SIGWINCH):
    signal.signal(number, signal.SIG_DFL)
signal.signal(signal.SIGINT, signal.default_int_handler)
`;
const PREPARE = (environment) => `
import os
os.environ.update(${JSON.stringify(environment)})
`;
const SESSION = { namespace: "the session's" };

/** @type {NodeSession | null} */
let session = null;
let number = 0;

async function start(environment) {
  session = await NodeSession.start(process.argv[2]);
  await session.finish({ source: PREPARE(environment) }, SESSION);
}

async function press({ shows, data, resize, busy }, seen, patience) {
  await session.until((s) => s.screen.includes(shows, seen), JSON.stringify(shows), patience);
  for (const end = Date.now() + patience * 1000; !busy && !session.console.reader; await delay(1)) {
    if (Date.now() > end) throw new Error(`nobody reads after ${JSON.stringify(shows)}`);
  }
  const next = session.screen.indexOf(shows, seen) + shows.length;
  if (resize) session.console.resize(...resize);
  if (data) session.console.type(Buffer.from(data, "base64"));
  return next;
}

async function run({ source, filename, columns, rows, keys, prompt, environment, patience }) {
  if (!session) await start(environment);
  session.console.resize(columns, rows);
  await session.run({ source, filename }, { namespace: `case ${number++}` });
  let seen = 0;
  for (const key of keys) seen = await press(key, seen, patience);
  // What comes after a program's end is the prompt's.
  const ended = ({ type }) => type === (prompt ? "detached" : "finished") || type === "crashed" || type === "failed";
  const answer = await session.until((s) => {
    const end = s.messages.find(ended);
    return end && { output: Buffer.concat(s.shown).toString("base64"), ending: end.outcome ?? (end.exited ? "done" : `${end.type}: ${end.reason}`) };
  }, "an end", patience);
  await session.finish({ source: TIDY }, SESSION);
  return answer;
}

for await (const line of createInterface({ input: process.stdin })) {
  try {
    console.log(JSON.stringify(await run(JSON.parse(line))));
  } catch (error) {
    console.log(JSON.stringify({ error: error.message }));
    await session?.close();
    session = null;
  }
}
await session?.close();
