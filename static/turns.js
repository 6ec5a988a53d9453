// @ts-check
/**
 * Whose turn it is: the state machine of a session, one interpreter and the blocks it serves. It is pure: `transition` takes a state and
 * an event, and gives the next state and what is to be done (`session.js` does it, and turns presses and messages into events).
 *
 *      none ──run, prepare──► starting ──ready──► free ◄──────────────── detached ─────────────┐
 *                                 └─ready, for a block─┐  └──run──┐                            │
 *                                                      ▼          ▼                            │
 *        ┌─────────────── started (a statement) ◄──── sent ──started──► running ──finished──► prompt ──run, reset──► leaving
 *        ▼                                             ▲                   ▲                     │                     │ │
 *      running                                         └──── detached, for a block ──────────────┼─────────────────────┘ │
 *                                                                          └── started (typed) ──┴───────────────────────┘
 *
 * From every phase but `none`, the interpreter's end leads to `none`; where blocks wait, a new one begins at once.
 * What TABLE does not name cannot happen in that phase, comes too late, or comes from a program that forges messages: it is ignored. So is
 * every message of an interpreter other than the present one.
 *
 * Always: a block waits in the queue only while another has the turn; in `none`, `free` and `prompt` nobody has it; the block that runs is
 * the one that is shown. So a press of Run either gets the turn or waits for a block that can be stopped.
 */
import { ABANDONED, ASLEEP, EXITED, NOT_WAITING, NO_ANSWER, RESTARTED, WAITING, exitStatus } from "./words.js";

/** @import { State as Shown } from "./block.js" */
/** @import { WorkerMessage } from "./protocol.js" */
/**
 * @typedef {"none" | "starting" | "free" | "sent" | "running" | "prompt" | "leaving"} Phase
 *          Of the interpreter: there is none; it starts; it takes programs; it was sent one, which has not begun; it runs one, or a statement
 *          typed at the prompt; its prompt waits; the prompt was asked to end.
 */
/**
 * @template B                            A block; nothing is asked of it but who it is.
 * @typedef {object} State
 * @property {Phase} phase
 * @property {number} start               Which interpreter it is: they are counted.
 * @property {boolean} interactive        It can be interrupted, and a prompt follows each program.
 * @property {boolean} used               It may hold something of the reader's.
 * @property {B | null} shown             The block with the terminal: it runs, or ran last.
 * @property {B | null} turn              The block that runs, or is the next to run.
 * @property {B[]} queue                  Those after it.
 * @property {boolean} stopping           Stop was pressed, and has not taken effect.
 */
/**
 * The reader's presses (`prepare`: one of Run is likely to follow), and the page's being hidden: an interpreter ends that was not used
 * (`release`), or that idles (`sleep`).
 * @template B
 * @typedef {{type: "run" | "stop" | "reset" | "prepare", block: B} | {type: "release" | "sleep"}} Press
 */
/**
 * What an interpreter does. `unstarted`: it could not be started; a sentence without its full stop. `told`: how a wait goes on. `late`: nothing
 * has come of a wait for so long. `unheard`: a stop takes long. `reading`: a program began, or ended, to wait for the reader.
 * @typedef {{type: "ready", start: number, interactive: boolean} | {type: "unstarted", start: number, reason: string}
 *   | {type: "told", start: number, text: string} | {type: "late", start: number, seconds: number} | {type: "unheard", start: number}
 *   | {type: "reading", start: number, on: boolean} | {type: "message", start: number, message: WorkerMessage}} Sign
 */
/** @template B @typedef {Press<B> | Sign} Event */
/**
 * What is to be done. `begin`: start the interpreter; the terminal will have the size that it has under the block. `end`: throw it away.
 * `release`: a thread that begins to load is not wanted. `show`: the terminal moves under the block, empty. `hide`: it leaves its block, which
 * keeps the text. `send`: the block's program. `leave`: ask the prompt to end. `forget`: the interpreter drops the block's namespace. `clear`: the
 * block shows nothing of its run. `settle`: what the program wrote is complete. `began`: a program runs. `pass`: a message about the block's run.
 * @template B
 * @typedef {{do: "begin" | "show" | "send" | "forget" | "clear", block: B} | {do: "end" | "release" | "hide" | "leave" | "interrupt" | "settle" | "began"}
 *   | {do: "say", block: B, state?: Shown, status?: string} | {do: "pass", block: B, message: WorkerMessage}} Effect
 */
/** @typedef {State<any> & {effects: Effect<any>[]}} Step   A transition on its way. */
/** @typedef {(step: Step, event: any) => void} Handler */


/** @type {State<any>} */
export const INITIAL = { phase: "none", start: 0, interactive: false, used: false, shown: null, turn: null, queue: [], stopping: false };

/**
 * @template B
 * @param {State<B>} state  is not changed
 * @param {Event<B>} event
 * @returns {{state: State<B>, effects: Effect<B>[]}}
 */
export function transition(state, event) {
  const step = { ...state, queue: [...state.queue], effects: [] };
  const name = event.type === "message" ? event.message.type : event.type, table = /** @type {Record<string, Handler>} */ (TABLE[state.phase]);
  if (!("start" in event && event.start !== state.start)) table[name]?.(step, "message" in event ? event.message : event);
  const { effects, ...after } = step;
  return { state: after, effects };
}

/** Does the block run, or wait for that?  @template B @param {State<B>} state @param {B} block */
export const serves = ({ turn, queue }, block) => turn === block || queue.includes(block);

// ── the parts of transitions ─────────────────────────────────────────────────────────────────────────────────────────────────────────
/** @param {Step} step @param {any} block @param {Shown} [state] @param {string} [status] */
function say({ effects }, block, state, status) {
  effects.push({ do: "say", block, ...(state && { state }), ...(status !== undefined && { status }) });
}

/** @param {Step} step @param {any} block */
function show(step, block) {
  step.shown = block;
  step.effects.push({ do: "show", block });
}

/** @param {Step} step */
function hide(step) {
  if (step.shown !== null) step.effects.push({ do: "hide" });
  step.shown = null;
}

/** @param {Step} step @param {any} block */
function begin(step, block) {
  step.phase = "starting";
  step.start += 1;
  step.effects.push({ do: "begin", block });
}

/** @param {Step} step  the interpreter takes programs, and one has the turn */
function send(step) {
  step.phase = "sent";
  step.effects.push({ do: "send", block: step.turn });
}

/** @param {Step} step */
function end(step) {
  step.effects.push({ do: "end" });
  Object.assign(step, { phase: "none", used: false, turn: null, stopping: false });
}

/** Where nobody has the turn, the next one gets it.  @param {Step} step */
function next(step) {
  if (step.turn !== null || !step.queue.length) return;
  const block = (step.turn = step.queue.shift());
  say(step, block, "loading", "Loading…");
  switch (step.phase) {
    case "none":
      begin(step, block);
      return show(step, block);
    case "starting":
      return show(step, block);
    case "free":
      show(step, block);
      return send(step);
    case "prompt":
      return leave(step);
  }
}

/** @param {Step} step */
function leave(step) {
  step.phase = "leaving";
  step.effects.push({ do: "leave" });
}

/** It does not wait any more.  @param {Step} step @param {any} block */
function drop(step, block) {
  step.queue = step.queue.filter((other) => other !== block);
}

/** The interpreter cannot go on, and that is said where somebody waits for it.  @param {Step} step @param {any} block @param {string} words */
function fail(step, block, words) {
  if (block !== null) {
    drop(step, block);
    if (block === step.shown) step.effects.push({ do: "settle" });
    say(step, block, "crashed", words);
  }
  end(step);
  next(step);
}

// ── the events ───────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
/** @type {Handler} */
function run(step, { block }) {
  if (serves(step, block)) return;
  if (step.turn !== null) say(step, block, "loading", WAITING);
  step.queue.push(block);
  next(step);
}

/** @type {Handler} */
function prepare(step, { block }) {
  begin(step, block);
}

/** One that begins to load, and was not asked for anything.  @type {Handler} */
function release(step) {
  if (step.turn !== null || step.used) return;
  if (step.phase === "none") step.effects.push({ do: "release" });
  else end(step);
}

/** @type {Handler} */
function sleep(step) {
  if (step.turn !== null) return;
  if (step.shown !== null && step.used) say(step, step.shown, undefined, ASLEEP);
  end(step);
}

/** @type {Handler} */
function ready(step, { interactive }) {
  step.interactive = interactive;
  step.phase = "free";
  if (step.turn !== null) send(step);
}

/** Where nobody waits, the next run tries again.  @type {Handler} */
function unstarted(step, { reason }) {
  hide(step);
  fail(step, step.turn, `Python could not be started: ${reason}. Press Run to try again.`);
}

/** @type {Handler} */
function told(step, { text }) {
  if (step.turn !== null && !step.stopping) say(step, step.turn, undefined, text);
}

/** @type {Handler} */
function late(step, { seconds }) {
  crashed(step, { reason: `Python has not answered for ${seconds} seconds` });
}

/** @type {Handler} */
function unheard(step) {
  if (step.stopping) say(step, step.turn, undefined, NO_ANSWER);
}

/** @type {Handler} */
function reading(step, { on }) {
  say(step, step.turn, on ? "input" : "running");
}

/** A stop that needs no answer: the block waits.  @type {Handler} */
function stopWaiting(step, { block }) {
  if (step.queue.includes(block)) {
    drop(step, block);
    return say(step, block, "stopped", "");
  }
  if (step.turn !== block) return;
  step.turn = null;
  say(step, block, "idle", "");
  if (step.phase === "starting") {
    hide(step);
    end(step);
  }
  next(step);
}

/** A program that has begun is interrupted; one that has not will be; the second time the interpreter ends.  @type {Handler} */
function stop(step, event) {
  if (step.turn !== event.block) return stopWaiting(step, event);
  drop(step, event.block);
  if (step.phase === "sent" && !step.used) {
    say(step, step.turn, "idle", "");
    hide(step);
    end(step);
    return next(step);
  }
  if (step.stopping || !step.interactive) {
    say(step, step.turn, "stopped", RESTARTED);
    end(step);
    return next(step);
  }
  step.stopping = true;
  if (step.phase === "running") step.effects.push({ do: "interrupt" });
}

/** @type {Handler} */
function reset(step, { block }) {
  const { phase } = step, isShown = step.shown === block;
  drop(step, block);
  if (isShown) hide(step);
  if (step.turn === block) {
    step.turn = null;
    if (phase === "sent" || phase === "running") end(step);
  } else if (isShown && phase === "prompt") leave(step);
  step.effects.push({ do: "clear", block });
  if (step.phase !== "none") step.effects.push({ do: "forget", block });
  next(step);
}

// ── the worker's messages ────────────────────────────────────────────────────────────────────────────────────────────────────────────
/** @type {Handler} */
function started(step) {
  step.phase = "running";
  step.used = true;
  step.effects.push({ do: "began" });
  say(step, step.turn, "running", step.interactive ? "" : NOT_WAITING);
  if (step.stopping) step.effects.push({ do: "interrupt" });
}

/** A statement, typed at the prompt.  @param {Step} step */
function statement(step) {
  step.phase = "running";
  step.turn = step.shown;
  say(step, step.turn, "running");
}

/** A statement was typed before the prompt could end: who waits for that waits for the statement.  @type {Handler} */
function statementBeforeEnd(step) {
  // The block whose prompt it was has been reset: nobody could stop the statement.
  if (step.shown === null) {
    if (step.turn !== null) step.queue.unshift(step.turn);
    end(step);
    return next(step);
  }
  if (step.turn !== null) {
    step.queue.unshift(step.turn);
    say(step, step.turn, undefined, WAITING);
  }
  statement(step);
}

/** @type {Handler} */
function finished(step, { outcome, status }) {
  const { turn } = step, words = status ? exitStatus(status) : step.stopping ? "" : undefined;
  step.effects.push({ do: "settle" });
  say(step, turn, outcome, words);
  // A statement of its prompt has come between its press of Run and its turn.
  if (step.queue.includes(turn)) say(step, turn, "loading", WAITING);
  Object.assign(step, { phase: step.interactive ? "prompt" : "free", turn: null, stopping: false });
  next(step);
}

/** The prompt has ended: who waits for that gets the interpreter.  @type {Handler} */
function detached(step, { exited }) {
  step.phase = "free";
  if (!exited) hide(step);
  else if (step.shown !== null && !serves(step, step.shown)) say(step, step.shown, undefined, EXITED);
  if (step.turn === null) return;
  show(step, step.turn);
  send(step);
}

/** The program, or what it needs, could not be brought to the interpreter.  @type {Handler} */
function failed(step, { reason }) {
  fail(step, step.turn ?? step.shown, `This did not work: ${reason}. Press Run to try again.`);
}

/** @type {Handler} */
function crashed(step, { reason }) {
  // What waits counts on variables that are gone.
  for (const block of step.queue.splice(0)) say(step, block, "stopped", ABANDONED);
  fail(step, step.turn ?? step.shown, `${reason}. Run starts a new one: the code stays as it is, the variables are gone.`);
}

/** @type {Handler} */
function pass(step, message) {
  if (step.shown !== null) step.effects.push({ do: "pass", block: step.shown, message });
}

/** What concerns a block's run. */
const ABOUT_A_RUN = { typed: pass, drawing: pass, offered: pass, starved: pass };
/** The interpreter's end, while it starts and later. */
const UNSTARTED = { unstarted, failed: unstarted, crashed: unstarted }, BROKEN = { failed, crashed };

/** @type {Record<Phase, Partial<Record<Event<any>["type"] | WorkerMessage["type"], Handler>>>} */
const TABLE = {
  none: { run, reset, prepare, release },
  starting: { run, stop: stopWaiting, reset, release, sleep, ready, told, ...UNSTARTED },
  free: { run, reset, release, sleep, ...BROKEN },
  sent: { run, stop, reset, told, late, unheard, started, ...BROKEN },
  running: { run, stop, reset, unheard, reading, finished, ...ABOUT_A_RUN, ...BROKEN },
  prompt: { run, reset, sleep, started: statement, detached, ...ABOUT_A_RUN, ...BROKEN },
  leaving: { run, stop: stopWaiting, reset, sleep, told, late, started: statementBeforeEnd, detached, ...ABOUT_A_RUN, ...BROKEN },
};
