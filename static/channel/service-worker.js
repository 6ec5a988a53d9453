// @ts-check
/**
 * The channel of pages without isolation headers, where the browser has service workers: the worker's end.
 *
 *      worker ── messages: output, calls, everything else ──────────────────► page
 *      worker ── question: a synchronous request ──► sw.js ── over a port ──► page
 *      worker ◄───────────── its answer ──────────── sw.js ◄───────────────── page
 *
 * The worker posts what it has to say, in order and once. To learn something it asks, and waits for the answer in a synchronous
 * request. Every answer says what the page knows: the latest signal, how much output has been shown, the terminal's size, the
 * reply to the latest call. A question changes nothing, so one that is lost, with the relay or on the way, is asked again.
 *
 * A question that the page cannot answer yet is answered when it can; the relay gives up before the browser stops it, and the
 * worker asks again. Signals have numbers: the worker says in each question, and with its output, which is the last that it
 * learned of. While Python runs, it asks every now and then (`looks.js`).
 */
import { EINTR } from "../protocol.js";
import { openClock } from "./clock.js";
import { Looks } from "./looks.js";
import { ReadAhead } from "./read-ahead.js";

/** @import { Answer, Question } from "./questions.js" */
/** @import { ChannelInit, Reply, TerminalCall, WorkerChannel } from "../protocol.js" */

/** How long a question waits, in ms, before it is asked again: browsers stop a service worker after 30 s. */
const WAIT = 20_000;
/** How long an answer that needs not wait may take, in ms. */
const AT_ONCE = 2000;
/** Output on its way to the screen, in bytes, beyond which the worker waits. */
const WINDOW = 1 << 18;
/** How much one message carries, in bytes. */
const PIECE = 1 << 16;
/** A wait that is shorter than this, in ms, is not worth a question. */
const SHORT = 50;
/** The relay may be away for so long, in ms: at the start, and later. */
const UNREACHABLE = 3000, LOST = 30_000;

/**
 * The worker's end.
 * @param {Extract<ChannelInit, {tier: "service-worker"}>} init
 * @param {(data: unknown) => void} post
 * @returns {WorkerChannel}
 * @throws where the relay cannot be reached
 */
export function openWorkerEnd({ url, key, columns, rows }, post) {
  const pause = openClock(), looks = new Looks((number) => post({ looksAt: number }));
  let size = { columns, rows }, shown = 0, sent = 0, calls = 0, turn = 0;
  /** The number of the latest signal that is known, and the signal itself until it is taken. */
  let learned = 0, signal = 0;
  const ahead = new ReadAhead();
  /** Since when the relay has been away. @type {number | null} */ let away = null;
  let lost = false;

  /** @param {Question} question @param {number} number @param {number} [wait]  ms @returns {Answer | null} null: none in that time */
  function ask(question, number, wait = WAIT) {
    const answer = request(`${url}${Math.ceil(wait)}/${key}/${++turn}/${learned}/${question}/${number}`, wait);
    if (answer === undefined) return missed();
    away = null;
    if (answer) learn(answer);
    return answer;
  }

  /** @returns {null} */
  function missed() {
    const now = performance.now();
    away ??= now;
    if (now - away > LOST && !lost) {
      lost = true;
      post({ type: "crashed", reason: "The browser has cut Python off from the page" });
    }
    pause?.(SHORT);
    return null;
  }

  /** @param {Answer} answer */
  function learn(answer) {
    const [number, signum] = answer.signal;
    if (number > learned) {
      learned = number;
      signal = signum;
      ahead.learn(signum);
    }
    shown = answer.shown;
    size = { columns: answer.size[0], rows: answer.size[1] };
    looks.answered();
  }

  function takeSignal() {
    const taken = signal;
    signal = 0;
    return taken;
  }

  function look() {
    const begin = performance.now();
    ask("now", 0, AT_ONCE);
    looks.took(performance.now() - begin);
  }

  /** @param {TerminalCall} call @returns {Reply} */
  function call(call) {
    const known = ahead.reply(call);
    if (known) return known;
    const id = ++calls;
    post({ id, learned, ...call, ahead: ahead.wanted(call) });
    for (;;) {
      const reply = ask("reply", id)?.reply;
      if (reply?.id === id) return ahead.answered(call, reply);
    }
  }

  /** @param {Uint8Array} bytes */
  function write(bytes) {
    while (sent - shown > WINDOW) {
      if (signal) return -EINTR;
      ask("room", sent - WINDOW / 2);
    }
    const output = bytes.slice(0, PIECE);
    sent += output.length;
    post({ output, learned });
    return output.length;
  }

  /** @param {number} ms */
  function sleep(ms) {
    const end = performance.now() + ms;
    for (let left = ms; left > 0 && !signal; left = end - performance.now()) {
      if (left > SHORT || !pause) {
        ask("signal", 0, Math.min(left, WAIT));
      } else {
        pause(left);
        if (looks.due(true)) look();
      }
    }
  }

  while (!ask("now", 0, AT_ONCE)) if (away !== null && performance.now() - away > UNREACHABLE) throw new Error("the relay cannot be reached");
  return {
    tier: "service-worker",
    blocking: true,
    takeSignal,
    checkSignal() {
      if (!signal && looks.due()) look();
      return takeSignal();
    },
    call,
    write,
    sleep,
    lookAt: (file) => looks.add(file),
    size: () => size,
    post,
  };
}

/**
 * @param {string} url
 * @param {number} wait  ms
 * @returns {Answer | null | undefined} null: no answer yet; undefined: no relay
 */
function request(url, wait) {
  const request = new XMLHttpRequest();
  try {
    request.open("GET", url, false);
    request.timeout = wait + AT_ONCE;
    request.send();
  } catch {
    return undefined;
  }
  // Without the relay the request goes to the site's server, which may answer anything.
  if (request.getResponseHeader("Emrun-Relay") === null) return undefined;
  return request.status === 200 ? JSON.parse(request.responseText) : null;
}
