// @ts-check
/**
 * The interpreter's thread: takes the page's messages one after the other, and talks to the world through one channel. It runs
 * unchanged in a browser's module worker and under Node (`node/environment.mjs`).
 */
import { Assets } from "./assets.js";
import * as restart from "./channel/restart.js";
import * as sharedMemory from "./channel/shared-memory.js";
import { TerminalDevice } from "./devices.js";
import { startInterpreter } from "./interpreter.js";
import { unreachable } from "./protocol.js";

/** @import { BootMessage, ChannelInit, PageMessage, RunMessage, WorkerChannel } from "./protocol.js" */

/** @type {{channel: WorkerChannel, python: any, session: any} | undefined} */
let running;
/** On their way before the page has said anything. */
const assets = new Assets(new URL("./", import.meta.url).href);
/** Files already fetched, by URL. @type {Set<string>} */
const fetched = new Set();

/** @param {unknown} data */
const post = (data) => globalThis.postMessage(data);

/** @param {ChannelInit} init @returns {WorkerChannel} */
function openChannel(init) {
  switch (init.tier) {
    case "shared-memory": return sharedMemory.openWorkerEnd(init.memory, post);
    case "restart": return restart.openWorkerEnd(init, post);
    default: return unreachable(init);
  }
}

/** @param {BootMessage} message */
async function boot({ channel: init, environment, history }) {
  const channel = openChannel(init);
  try {
    const terminal = new TerminalDevice(channel);
    assets.loader.listen((loaded, total) => channel.post({ type: "progress", step: "loading", loaded, total }));
    const crashed = crashReporter(channel);
    const host = {
      prompting: (/** @type {boolean} */ on) => void (terminal.prompting = on),
      started: () => channel.post({ type: "started" }),
      typed: (/** @type {string} */ statement) => channel.post({ type: "typed", statement }),
      finished: (/** @type {any} */ outcome, /** @type {number | undefined} */ status) =>
        channel.post({ type: "finished", outcome, status: status ?? null }),
    };
    const { python, restored } = await startInterpreter({ assets, terminal, signals: channel.signals, environment, host, crashed });
    running = { channel, python, session: python.pyimport("_emrun.session").Session(python.toPy(history)) };
    channel.post({ type: "ready", restored });
  } catch (error) {
    channel.post({ type: "failed", reason: String(/** @type {any} */ (error)?.message ?? error) });
  }
}

/**
 * What Pyodide says on the console when the interpreter dies is the only place that has the Python traceback.
 * @param {WorkerChannel} channel
 */
function crashReporter(channel) {
  const { error } = console;
  /** @type {string[]} */
  const lines = [];
  console.error = (...words) => {
    lines.push(words.map(String).join(" "));
    error.apply(console, words);
  };
  return (/** @type {string} */ reason) => {
    // Python's frames are printed right after this returns.
    const traceback = () => lines.slice(lines.findIndex((line) => line.startsWith("Stack (most recent call first)"))).join("\n");
    channel.post({ type: "crashed", reason, traceback: lines.some((line) => line.startsWith("Stack ")) ? traceback() : "" });
  };
}

/** @param {RunMessage} message */
async function run({ program, namespace, setup, files }) {
  if (!running) throw new Error("run before boot");
  const { channel, python, session } = running;
  try {
    for (const { name, url } of files) {
      if (fetched.has(url)) continue;
      const response = await fetch(url);
      if (!response.ok) throw new Error(`${name}: the server answered ${response.status}`);
      python.FS.writeFile(name, new Uint8Array(await response.arrayBuffer()));
      fetched.add(url);
    }
    session.run(python.toPy(program), namespace, python.toPy(setup));
    if (channel.blocking) channel.post({ type: "detached", exited: session.interact(namespace) });
  } catch (error) {
    const { message, pyodide_fatal_error } = /** @type {any} */ (error);
    if (!pyodide_fatal_error) channel.post({ type: "failed", reason: String(message ?? error) });
  }
}

/** @param {PageMessage} message */
async function handle(message) {
  switch (message.type) {
    case "boot": return boot(message);
    case "run": return run(message);
    case "forget": return running?.session.forget(message.namespace);
    default: return unreachable(message);
  }
}

/** Messages wait for the one before them. */
let order = Promise.resolve();
globalThis.addEventListener("message", (event) => {
  order = order.then(() => handle(/** @type {MessageEvent} */ (event).data));
});
