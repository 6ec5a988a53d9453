// @ts-check
/**
 * The channel of pages without isolation headers and without service workers, where WebAssembly can switch stacks: the
 * worker's end. The worker asks as over the relay (`service-worker.js`), by a message; it waits for the answer while Python is
 * suspended (`suspension.js`), and running Python stands aside every now and then, so that answers arrive.
 *
 * When it waits for nothing else it asks for a signal: there is always one question.
 */
import { EINTR, EIO } from "../protocol.js";
import { Steps } from "../suspension.js";
import { openClock } from "./clock.js";
import { ReadAhead } from "./read-ahead.js";

/** @import { Answer, Question } from "./questions.js" */
/** @import { ChannelInit, Reply, TerminalCall, WorkerChannel } from "../protocol.js" */

/** Output on its way to the screen, in bytes, beyond which the worker waits. */
const WINDOW = 1 << 18;
/** How much one message carries, in bytes. */
const PIECE = 1 << 16;
/** How often, in ms, running Python stands aside. */
const LOOK_EVERY = 50;
/** The longest time-out that timers know, in ms. */
const LONGEST = 2 ** 31 - 1;

/**
 * The worker's end.
 * @param {Extract<ChannelInit, {tier: "jspi"}>} init
 * @param {(data: unknown) => void} post
 * @returns {WorkerChannel}
 */
export function openWorkerEnd({ port, columns, rows }, post) {
  const steps = new Steps(), pause = openClock(), aside = openAside(), ahead = new ReadAhead();
  let size = { columns, rows }, shown = 0, sent = 0, calls = 0, turn = 0;
  /** The number of the latest signal that is known, and the signal itself until it is taken. */
  let learned = 0, signal = 0;
  /** When Python is to stand aside again, in ms. */ let due = 0;
  /** Called with every answer. @type {((answer: Answer) => void) | null} */ let waiting = null;

  /** @param {Question} question @param {number} number */
  function ask(question, number) {
    port.postMessage(`${++turn}/${learned}/${question}/${number}`);
  }

  port.onmessage = ({ data }) => {
    /** @type {Answer} */
    const answer = JSON.parse(data), [number, signum] = answer.signal;
    if (number > learned) {
      learned = number;
      signal = signum;
      ahead.learn(signum);
    }
    shown = answer.shown;
    size = { columns: answer.size[0], rows: answer.size[1] };
    ask("signal", 0);
    waiting?.(answer);
  };
  ask("signal", 0);

  /**
   * @template T
   * @param {(answer: Answer | null) => T | undefined} look  what was waited for, if the answer has it
   * @param {Question} question @param {number} number
   * @returns {Promise<T>}
   */
  function until(look, question, number) {
    return new Promise((resolve) => {
      const take = (/** @type {Answer | null} */ answer) => {
        const value = look(answer);
        if (value === undefined) return ask(question, number);
        waiting = null;
        resolve(value);
      };
      waiting = take;
      ask(question, number);
    });
  }

  /** @param {TerminalCall} call @returns {Reply} */
  function call(call) {
    if (!steps.canWait) {
      if (call.call !== "configure") return { errno: EIO };
      ahead.reply(call);
      post({ id: ++calls, learned, ...call }); // its answer says nothing
      return { value: 0 };
    }
    return steps.do(() => {
      const known = ahead.reply(call);
      if (known) return known;
      const id = ++calls;
      post({ id, learned, ...call, ahead: ahead.wanted(call) });
      return until((answer) => (answer?.reply?.id === id ? ahead.answered(call, answer.reply) : undefined), "reply", id);
    });
  }

  /** @param {Uint8Array} bytes */
  function write(bytes) {
    if (!steps.canWait) return send(bytes);
    const look = () => (sent - shown <= WINDOW ? 0 : signal ? -EINTR : undefined);
    // The bytes are looked at when the wait is over: memory may have moved meanwhile.
    return steps.do(() => look() ?? until(look, "room", sent - WINDOW / 2)) || steps.do(() => send(bytes));
  }

  /** @param {Uint8Array} bytes */
  function send(bytes) {
    const output = bytes.slice(0, PIECE);
    sent += output.length;
    post({ output, learned });
    return output.length;
  }

  /** @param {number} ms */
  function sleep(ms) {
    if (!steps.canWait) return pause?.(ms);
    steps.do(() => (signal ? undefined : Promise.race([until(() => signal || undefined, "signal", 0), expire(Math.min(ms, LONGEST))])));
    waiting = null;
  }

  /** @param {() => boolean} suspendable  dearer to ask than the time */
  function standAside(suspendable) {
    if (signal || performance.now() < due || !suspendable()) return null;
    due = Infinity;
    return aside().then(() => void (due = performance.now() + LOOK_EVERY));
  }

  function takeSignal() {
    const taken = signal;
    signal = 0;
    return taken;
  }

  return { tier: "jspi", blocking: true, takeSignal, checkSignal: takeSignal, call, write, sleep, size: () => size, post, suspender: (imports, suspendable) => steps.wrap(imports, suspendable, standAside) };
}

/** @param {number} ms @returns {Promise<void>} */
function expire(ms) {
  return new Promise((resolve) => void setTimeout(resolve, ms));
}

/** @returns {() => Promise<void>} lets the messages that have arrived be taken; a timer would be held back by 4 ms */
function openAside() {
  const { port1, port2 } = new MessageChannel();
  return () =>
    new Promise((resolve) => {
      port1.onmessage = () => resolve();
      port2.postMessage(null);
    });
}
