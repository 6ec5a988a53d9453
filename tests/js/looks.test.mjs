/** When running Python asks its page: the worker's end of the bell, with a clock and files of the test's own. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Looks } from "../../static/channel/looks.js";

/** Running Python, whose looks cost `reading` ms, and questions `asking`; both are noted by their time. */
class Running {
  now = 0;
  reads = [];
  questions = [];
  told = [];
  removed = new Set();
  #asking;

  constructor({ files = 0, reading = 0, asking = 5 } = {}) {
    this.#asking = asking;
    this.looks = new Looks((number) => this.told.push(number), { clock: () => this.now, read: (file) => {
      this.reads.push(this.now);
      this.now += reading;
      if (this.removed.has(file)) throw new Error("NotFoundError");
    } });
    for (let file = 0; file < files; file++) this.looks.add(String(file));
  }

  /** Compute until `time`, in ms.  @param {number} time @param {{lost?: boolean, idle?: boolean}} [how]  answers are lost; it sleeps */
  until(time, { lost = false, idle = false } = {}) {
    for (; this.now < time; this.now++) {
      if (!this.looks.due(idle)) continue;
      this.questions.push(this.now);
      this.now += this.#asking;
      this.looks.took(this.#asking);
      if (!lost) this.looks.answered();
    }
    return this;
  }

  /** The bell has been tried, and heard. */
  trusting() {
    this.until(100);
    this.removed.add("0");
    return this.until(300).forget();
  }

  forget() {
    this.reads = [];
    this.questions = [];
    return this;
  }
}

const between = (number, least, most) => assert.ok(number >= least && number <= most, `${number} is not within ${least} and ${most}`);
/** @param {Running} running @param {number} time  ms */
const firstAfter = ({ questions }, time) => questions.find((asked) => asked >= time) - time;

test("without a bell it asks often, and less often where asking is slow", () => {
  between(new Running().until(10_000).questions.length, 38, 50); // every 200 ms
  between(new Running({ asking: 1 }).until(10_000).questions.length, 115, 125); // every 80 ms
  between(new Running({ asking: 100 }).until(10_000).questions.length, 29, 31); // every 240 ms and more
});

test("the page is told when the first file is looked at; until that has gone, questions go on as without", () => {
  const running = new Running({ files: 3, asking: 1 }).until(1000);
  assert.deepEqual(running.told, [0]);
  between(running.questions.length, 11, 13);
  running.removed.add("0");
  running.until(1100);
  assert.deepEqual(running.told, [0, 1]);
});

test("with a bell that works it asks when that rings, and seldom besides", () => {
  const running = new Running({ files: 3 }).trusting();
  running.until(10_200);
  between(running.questions.length, 4, 5);
  between(running.reads.length, 60, 67); // every 150 ms
  running.removed.add("1");
  running.until(12_000);
  between(firstAfter(running, 10_200), 0, 151);
  assert.deepEqual(running.told, [0, 1, 2]);
});

test("a ring is a question as soon as can be, until it is answered", () => {
  const running = new Running({ files: 3 }).trusting();
  running.removed.add("1");
  running.until(600, { lost: true });
  between(running.questions.length, 25, 50);
  running.until(605).forget().until(1000);
  assert.deepEqual(running.questions, []);
});

test("a bell that does not ring when it should is not looked at any more", () => {
  const running = new Running({ files: 3, asking: 1 }).until(11_000).forget().until(12_000);
  assert.deepEqual(running.reads, []);
  between(running.questions.length, 11, 13);
});

test("one long operation during the trial is no failure", () => {
  const running = new Running({ files: 3 }).until(10);
  running.removed.add("0");
  running.now = 60_000;
  running.until(60_500).forget().until(61_000);
  assert.deepEqual(running.questions, []);
});

test("when the files are used up it asks as without, until there are more", () => {
  const running = new Running({ files: 2, asking: 1 }).trusting();
  running.removed.add("1");
  running.until(450).forget().until(1450);
  between(running.questions.length, 11, 13);
  assert.deepEqual(running.reads, []);
  running.looks.add("2");
  running.until(1600).forget().until(2500);
  between(running.questions.length, 0, 1);
});

test("in a sleep it looks more often, and asks no more often", () => {
  const running = new Running({ files: 2, reading: 1 }).trusting(), computing = running.until(2300).reads.length;
  running.forget().until(4300, { idle: true });
  between(computing, 12, 15); // every 150 ms
  between(running.reads.length, 37, 41); // every 50
  between(running.questions.length, 1, 2);
});
