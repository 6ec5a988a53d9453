/**
 * A reader, a page and its workers, as far as `static/turns.js` has to do with them: presses, programs and messages in any order. What it
 * finds wrong with a state it throws.
 */
import assert from "node:assert/strict";
import { INITIAL, serves, transition } from "../../static/turns.js";
import { WAITING } from "../../static/words.js";

export const BLOCKS = ["A", "B", "C", "D"];
const BUSY = ["loading", "running", "input"];

/** Numbers that look like chance, the same for the same seed (mulberry32). */
export function chance(seed) {
  const next = () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  return { next, below: (count) => Math.floor(next() * count), of: (list) => list[Math.floor(next() * list.length)], odds: (share) => next() < share };
}

/** An interpreter's thread: what it does next is chance, or what the page asks of it. */
class Worker {
  stage = "starting";
  /** The block whose program or prompt it has. */ block = null;
  /** Messages on their way to the page. */ sent = [];
  /** Asked to end its prompt; interrupted. */ leaving = false; interrupted = false;
  dead = false;

  constructor(number, interactive, hangs) {
    this.number = number;
    this.interactive = interactive;
    /** The stages in which it never goes on by itself. */ this.hangs = hangs;
  }

  say(message) {
    this.sent.push({ ...message, block: this.block });
  }

  take(block) {
    assert.equal(this.stage, "free", "a program is sent to an interpreter that takes it");
    this.block = block;
    this.stage = "sent";
  }

  /** Go on by one step.  @param {ReturnType<typeof chance>} random @returns {boolean} did it */
  step(random) {
    if (this.dead || (this.hangs.includes(this.stage) && !(this.interrupted && random.odds(0.5)))) return false;
    switch (this.stage) {
      case "starting":
        this.stage = "free";
        return this.event({ type: "ready", interactive: this.interactive });
      case "free": return false;
      case "sent":
        this.stage = "running";
        this.say({ type: "started" });
        return true;
      case "running":
        this.interrupted = false;
        this.stage = this.interactive ? "prompt" : "free";
        this.say({ type: "finished", outcome: random.of(["done", "error", "stopped"]), status: random.of([null, 0, 3]) });
        return true;
      case "prompt":
        if (!this.leaving) return false;
        return this.end(false);
    }
  }

  end(exited) {
    this.stage = "free";
    this.leaving = false;
    this.say({ type: "detached", exited });
    return true;
  }

  event(event) {
    this.sent.push({ event: { ...event, start: this.number } });
    return true;
  }

  /** What a program or its reader may do besides. */
  surprise(random) {
    if (this.dead) return;
    if (this.stage === "running") this.say(random.of([{ type: "drawing", command: "{}" }, { type: "offered", url: "https://example.org" }, { type: "starved" }]));
    if (this.stage === "running") this.event({ type: "reading", on: random.odds(0.5) });
    if (this.stage === "prompt" && random.odds(0.3)) return this.end(true);
    if (this.stage === "prompt") {
      this.say({ type: "typed", statement: "1" });
      this.stage = "running";
      this.say({ type: "started" });
    }
    if (this.stage === "sent") this.event({ type: "told", text: "Loading: a file" });
    if (random.odds(0.1)) this.die(random);
  }

  die(random) {
    this.dead = true;
    if (this.stage === "starting") this.event({ type: "unstarted", reason: "why" });
    else this.say({ type: random.of(["crashed", "failed"]), reason: "why" });
  }
}

export class Page {
  state = INITIAL;
  shown = Object.fromEntries(BLOCKS.map((name) => [name, { state: "idle", status: "" }]));
  /** All of them, those that were thrown away too. @type {Worker[]} */ workers = [];
  /** Whose program has begun. */ began = [];

  constructor(random, { interactive = true, hostile = false, hanging = 0.2 } = {}) {
    Object.assign(this, { random, interactive, hostile, hanging });
  }

  get worker() {
    return this.workers.at(-1);
  }

  happens(event) {
    const { state, effects } = transition(this.state, event);
    this.state = state;
    for (const effect of effects) this.do(effect, event);
    this.check();
  }

  do(effect, { message }) {
    switch (effect.do) {
      case "begin":
        assert.ok(!this.worker || this.worker.ended, "one interpreter at a time");
        return void this.workers.push(new Worker(this.state.start, this.interactive, ["starting", "sent", "running", "prompt"].filter(() => this.random.odds(this.hanging))));
      case "end": return void Object.assign(this.worker, { dead: true, ended: true });
      case "send":
        if (this.hostile && this.worker.stage !== "free") return;
        return this.worker.take(effect.block);
      case "leave": return void (this.worker.leaving = true);
      case "interrupt": return void (this.worker.interrupted = true);
      case "began": return void this.began.push(this.state.turn);
      case "say":
        if (!this.hostile && message && ["done", "error", "stopped"].includes(effect.state) && message.type === "finished") assert.equal(effect.block, message.block, "an outcome is its program's");
        if (effect.status !== undefined) this.shown[effect.block].status = effect.status;
        if (effect.state) this.shown[effect.block].state = effect.state;
        return;
      case "pass":
        if (!this.hostile) assert.equal(effect.block, message.block, "a message is its program's");
    }
  }

  /** What a block does (`static/block.js`). */
  press(button, block) {
    const { shown } = this;
    if (button === "run" && BUSY.includes(shown[block].state)) return;
    if (button === "run") shown[block] = { state: "loading", status: "Loading…" };
    const served = serves(this.state, block);
    if (button === "reset" || (button === "stop" && !served)) shown[block] = { state: "idle", status: "" };
    this.happens({ type: button, block });
  }

  pressable(button, block) {
    const busy = BUSY.includes(this.shown[block].state);
    return button === "run" ? !busy : button === "stop" ? busy : true;
  }

  /** Hand on the oldest message of a worker, in time or late. */
  deliver(worker) {
    const message = worker.sent.shift();
    if (!message) return false;
    if (message.event) this.happens(message.event);
    else this.happens({ type: "message", start: worker.number, message });
    return true;
  }

  /** Time passes: the limits of waits, and of a start. */
  wait() {
    const { phase, start, stopping } = this.state;
    if (stopping) this.happens({ type: "unheard", start });
    if (phase === "starting") this.happens({ type: "unstarted", start, reason: "nothing has happened" });
    if (phase === "sent" || phase === "leaving") this.happens({ type: "late", start, seconds: 60 });
  }

  check() {
    const { phase, turn, queue, shown } = this.state;
    if (["none", "free", "prompt"].includes(phase)) assert.equal(turn, null, `in ${phase} nobody has the turn`);
    if (["sent", "running"].includes(phase)) assert.equal(turn, shown, "who runs is shown");
    if (phase === "running") assert.notEqual(turn, null, "somebody can stop what runs");
    if (turn === null) assert.deepEqual(queue, [], "who waits, waits for somebody");
    assert.equal(new Set(queue).size, queue.length, "nobody waits twice");
    for (const [block, { state, status }] of Object.entries(this.shown)) {
      const served = serves(this.state, block);
      assert.equal(BUSY.includes(state), served, `${block} is ${state}, and ${served ? "" : "not "}served, in ${phase}`);
      if (state === "running" || state === "input") assert.equal(block, turn, `${block} is ${state}`);
      if (queue.includes(block) && block !== turn) assert.deepEqual({ state, status }, { state: "loading", status: WAITING }, `${block} waits`);
    }
  }
}
