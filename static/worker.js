// @ts-check
/**
 * The interpreter's thread: takes the page's messages one after the other, and talks to the world through one channel. It runs
 * unchanged in a browser's module worker and under Node (`node/environment.mjs`).
 */
import { offered } from "./address.js";
import { Assets } from "./assets.js";
import * as jspi from "./channel/jspi.js";
import * as restart from "./channel/restart.js";
import * as serviceWorker from "./channel/service-worker.js";
import * as sharedMemory from "./channel/shared-memory.js";
import { describeCrash } from "./crash.js";
import { TerminalDevice } from "./devices.js";
import { fetchBytes } from "./fetching.js";
import { callAtBottom, startInterpreter } from "./interpreter.js";
import { loader } from "./loader.js";
import { takeOrigin } from "./origin.js";
import { unreachable } from "./protocol.js";
import { stepBegins, stepsSoFar } from "./steps.js";
import { withTicks } from "./ticks.js";
import { writeFile } from "./working-files.js";

/** @import { Loader } from "./loader.js" */
/** @import { BootMessage, ChannelInit, LoadMessage, PageMessage, RunMessage, WorkerChannel, WorkerMessage } from "./protocol.js" */

/** How many tools Python's `sys.monitoring` knows. */
const TOOLS = 6;

/** What Python starts from, on its way. @type {{assets: Assets, files: Loader} | undefined} */
let loading;
/** How the loading goes, while nobody can be told. @type {WorkerMessage | undefined} */
let untold;
/** @type {(message: WorkerMessage) => void} */
let tell = (message) => void (untold = message);
/** @type {{channel: WorkerChannel, terminal: TerminalDevice, crashed: (reason: string) => void, python: any, session: any} | undefined} */
let running;
/** Files already written, by URL and name. @type {Set<string>} */
const written = new Set();

/** @param {unknown} data */
const post = (data) => globalThis.postMessage(data);

/** @param {ChannelInit} init @returns {WorkerChannel} */
function openChannel(init) {
  switch (init.tier) {
    case "shared-memory": return sharedMemory.openWorkerEnd(init.memory, post);
    case "service-worker": return serviceWorker.openWorkerEnd(init, post);
    case "jspi": return jspi.openWorkerEnd(init, post);
    case "restart": return restart.openWorkerEnd(init, post);
    default: return unreachable(init);
  }
}

/** @param {LoadMessage} message */
function load({ base, manifest, fresh, cached, compiled }) {
  const files = loader(manifest, base, {
    fresh,
    progress: (loaded, total) => tell({ type: "progress", step: "loading", loaded, total }),
    quiet: (name, seconds) => tell({ type: "quiet", name, seconds }),
  });
  loading = { files, assets: new Assets(manifest, base, files, { cached, compiled }) };
}

/** @param {BootMessage} message */
async function boot({ channel: init, environment, history }) {
  if (!loading) throw new Error("boot before load");
  const { files, assets } = loading;
  let channel, tickEvery;
  try {
    ({ channel, tickEvery } = withTicks(openChannel(init)));
  } catch {
    return post({ type: "unreachable" });
  }
  try {
    const terminal = new TerminalDevice(channel);
    tell = (message) => channel.post(message);
    if (untold) tell(untold);
    const crashed = crashReporter(channel);
    const { checkSignal, suspender } = channel;
    const host = hostFor(terminal, channel, tickEvery);
    // What urllib3 uses, and with it requests; and `_emrun/httpx_transports.py`: the browser's rules hold (CORS, and the page's policy).
    const { XMLHttpRequest, console } = globalThis, globals = { XMLHttpRequest, console };
    const starting = startInterpreter({ assets, terminal, checkSignal, suspender, environment, host, globals, crashed });
    const { python, restored } = await Promise.race([starting.catch(files.unlessBroken), files.failure]);
    takeOrigin();
    const attached = stepBegins("attach");
    running = { channel, terminal, crashed, python, session: python.pyimport("_emrun.session").Session(python.toPy(history)) };
    attached();
    channel.post({ type: "ready", restored, steps: stepsSoFar(), compiled: await assets.module });
  } catch (error) {
    const { message, file } = /** @type {any} */ (error);
    channel.post({ type: "failed", reason: String(message ?? error), file });
  }
}

/**
 * What Python asks of the page. A program may call it with anything: what makes no sense is ignored.
 * @param {TerminalDevice} terminal
 * @param {WorkerChannel} channel
 * @param {(ms: number) => void} tickEvery
 */
function hostFor(terminal, channel, tickEvery) {
  return Object.freeze({
    tickEvery: (/** @type {unknown} */ ms) => tickEvery(Number(ms) || 0),
    prompting: (/** @type {unknown} */ on) => void (terminal.prompting = on === true),
    mute: (/** @type {unknown} */ on) => void (terminal.muted = on === true),
    reset: () => terminal.reset(),
    reopen: () => terminal.reopen(),
    started: () => channel.post({ type: "started" }),
    offer: (/** @type {unknown} */ address) => {
      const url = offered(String(address));
      if (url) channel.post({ type: "offered", url });
      return url !== null;
    },
    draw: (/** @type {unknown} */ command) => {
      const drawn = isDrawing(command);
      if (drawn) channel.post({ type: "drawing", command });
      return drawn;
    },
    typed: (/** @type {unknown} */ statement) => channel.post({ type: "typed", statement: String(statement) }),
    finished: (/** @type {any} */ outcome, /** @type {unknown} */ status) => {
      if (["done", "error", "stopped"].includes(outcome)) channel.post({ type: "finished", outcome, status: typeof status === "number" ? status : null });
    },
  });
}

/** @param {unknown} command @returns {command is string} */
function isDrawing(command) {
  try {
    return typeof command === "string" && typeof JSON.parse(command).type === "string";
  } catch {
    return false;
  }
}

/**
 * Tells the page, once, that the interpreter is dead; nothing of it is called from then on.
 * @param {WorkerChannel} channel
 */
function crashReporter(channel) {
  let dead = false;
  return (/** @type {string} */ reason) => {
    if (!dead) channel.post({ type: "crashed", reason });
    dead = true;
    running = undefined;
  };
}

/** @param {RunMessage} message */
async function run({ program, namespace, setup, files, input }) {
  if (!running) return; // it crashed while the message was on its way
  const { channel, terminal, crashed, python, session } = running;
  try {
    for (const { name, url } of files) {
      const wanted = `${url} ${name}`;
      if (written.has(wanted)) continue;
      // The last folder's name is the beginning of the file's hash.
      const published = { name, sha256: url.split("/").at(-2) ?? "" };
      const bytes = await fetchBytes(url, published, { quiet: (seconds) => channel.post({ type: "quiet", name, seconds }) });
      writeFile(python.FS, name, bytes);
      written.add(wanted);
    }
    channel.supply?.(input);
    terminal.reset();
    const parameters = [python.toPy(program), namespace, python.toPy(setup)];
    if (channel.suspender) await runSuspendable(session, parameters);
    else runAtBottom(python, session, parameters);
    terminal.reset();
    if (!channel.blocking) return;
    const exited = channel.suspender ? await session.interact.callPromising(namespace) : session.interact(namespace);
    channel.post({ type: "detached", exited });
  } catch (error) {
    const { message, type, pyodide_fatal_error } = /** @type {any} */ (error);
    if (pyodide_fatal_error || type === "MemoryError") crashed(describeCrash(error).reason);
    else channel.post({ type: "failed", reason: String(message ?? error) });
  }
}

/**
 * A tool of `sys.monitoring` may raise in whatever the session does; what traces or profiles is gone once it has.
 * @param {any} setEvents  Python's function
 * @param {any} error
 */
function unwatch(setEvents, error) {
  if (error.pyodide_fatal_error) throw error;
  for (let tool = 0; tool < TOOLS; tool++) {
    try {
      setEvents(tool, 0);
    } catch {
      // there is no such tool
    }
  }
}

/** A program that may be suspended has to be called as one.  @param {any} session @param {unknown[]} parameters */
async function runSuspendable(session, parameters) {
  // An attribute's proxy is made by Python's code: all before the program runs.
  const steps = session.run(...parameters), { advance, set_events: setEvents } = session;
  const go = () => advance.callPromising(steps);
  while (await go().catch((/** @type {any} */ error) => (unwatch(setEvents, error), go()))) {
    const step = session.function;
    try {
      await step.callPromising();
    } catch (error) {
      if (/** @type {any} */ (error).pyodide_fatal_error) throw error;
      session.take_raised();
    }
    step.destroy();
  }
  steps.destroy();
}

/** @param {any} python @param {any} session @param {unknown[]} parameters */
function runAtBottom(python, session, parameters) {
  const steps = session.run(...parameters), { advance, set_events: setEvents, raised_id: raised } = session;
  const go = () => {
    try {
      return advance(steps);
    } catch (error) {
      unwatch(setEvents, error);
      return advance(steps);
    }
  };
  for (let step; (step = go());) callAtBottom(python, step, raised);
  steps.destroy();
}

/** @param {PageMessage} message */
async function handle(message) {
  switch (message.type) {
    case "load": return load(message);
    case "boot": return boot(message);
    case "library": return loading?.assets.keepCode(message.image, message.module);
    case "run": return run(message);
    case "bell": return running?.channel.lookAt?.(message.file);
    case "forget": return running?.session.forget(message.namespace);
    default: return unreachable(message);
  }
}

/** Messages wait for the one before them. */
let order = Promise.resolve();
globalThis.addEventListener("message", (event) => {
  order = order.then(() => handle(/** @type {MessageEvent} */ (event).data));
});
