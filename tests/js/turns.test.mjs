/** The session's state machine: random walks against a model of its worker, and what single events do. */
import assert from "node:assert/strict";
import test from "node:test";
import { INITIAL, transition } from "../../static/turns.js";
import { ABANDONED, EXITED, RESTARTED, WAITING } from "../../static/words.js";
import { BLOCKS, Page, chance } from "./reader.mjs";

const WALKS = 3000, STEPS = 60;
/** What a program that forges messages may send, at any time. */
const FORGED = [
  { type: "started" }, { type: "finished", outcome: "done", status: null }, { type: "detached", exited: false }, { type: "detached", exited: true },
  { type: "crashed", reason: "no" }, { type: "failed", reason: "no" }, { type: "ready" }, { type: "drawing", command: "{}" }, { type: "nonsense" },
];

/** One thing that happens. */
function step(page, random) {
  const block = random.of(BLOCKS), worker = page.workers.length ? random.of(page.workers) : null;
  switch (random.below(14)) {
    case 0: case 1: case 2: return page.pressable("run", block) && page.press("run", block);
    case 3: case 4: return page.pressable("stop", block) && page.press("stop", block);
    // A page's own script may press what is not to be seen.
    case 5: return page.press(random.of(["run", "stop", "reset"]), block);
    case 6: return random.odds(0.3) && page.happens({ type: "prepare", block });
    case 7: return random.odds(0.3) && page.happens({ type: random.of(["release", "sleep"]) });
    case 8: return random.odds(0.2) && page.wait();
    case 9: return worker?.surprise(random);
    case 10: return page.hostile && page.happens({ type: "message", start: page.state.start, message: random.of(FORGED) });
    case 11: return worker && page.deliver(worker);
    default: return page.worker && (page.worker.step(random), page.deliver(page.worker));
  }
}

/** Everything that can happen by itself does; true where something did. */
function goOn(page, random) {
  return page.workers.map((worker) => [worker.step(random), page.deliver(worker)]).flat().some(Boolean);
}

/** From here on a press of Run leads to the block's running, though it may take stops, time, and, where Python broke down, another press. */
function runs(page, block, random) {
  page.hanging = 0;
  page.began = [];
  for (let turns = 0; turns < 400; turns++) {
    if (page.pressable("run", block)) page.press("run", block);
    for (let moves = 0; moves < 50 && goOn(page, random); moves++) if (page.began.includes(block)) return;
    if (page.began.includes(block)) return;
    const before = BLOCKS.find((other) => other !== block && page.state.turn === other);
    if (before && page.pressable("stop", before)) page.press("stop", before);
    else if (page.state.phase === "running") page.press("stop", block); // it is a statement, typed before
    else page.wait();
  }
  assert.fail(`${block} does not run: ${JSON.stringify(page.state)}`);
}

for (const options of [{}, { interactive: false }, { hostile: true }]) {
  test(`random walks: ${JSON.stringify(options)}`, () => {
    for (let seed = 1; seed <= WALKS; seed++) {
      const random = chance(seed), page = new Page(random, options);
      try {
        for (let steps = random.below(STEPS); steps; steps--) step(page, random);
        for (const block of BLOCKS) runs(page, block, random);
        // Once all is stopped nobody waits.
        for (const block of BLOCKS) for (let tries = 0; tries < 4 && page.pressable("stop", block); tries++) page.press("stop", block);
        assert.deepEqual(page.state.queue, []);
        assert.equal(page.state.turn, null);
      } catch (error) {
        error.message = `seed ${seed}: ${error.message}`;
        throw error;
      }
    }
  });
}

/** The state after these events, and what was to be done, in one list. */
function after(...events) {
  let state = INITIAL;
  const done = events.flatMap((event) => {
    const result = transition(state, event);
    state = result.state;
    return result.effects;
  });
  return { state, done, said: (block) => done.filter((effect) => effect.do === "say" && effect.block === block).map(({ state, status }) => state ?? status) };
}
const press = (type, block) => ({ type, block });
const message = (type, more = {}, start = 1) => ({ type: "message", start, message: { type, ...more } });
const READY = { type: "ready", start: 1, interactive: true }, FINISHED = message("finished", { outcome: "done", status: null });
const RUNNING = [press("run", "A"), READY, message("started")], PROMPT = [...RUNNING, FINISHED];

test("what an interpreter says after its end is nobody's", () => {
  const ended = [...RUNNING, press("reset", "A")];
  for (const late of [message("started"), FINISHED, message("crashed", { reason: "no" }), message("detached", { exited: true }), READY]) {
    assert.deepEqual(after(...ended, late).state, after(...ended).state);
    const another = [...ended, press("run", "B")];
    assert.deepEqual(after(...another, late).done, after(...another).done);
  }
});

test("a statement that begins while its block is reset ends the interpreter: nobody could stop it", () => {
  const { state, done } = after(...PROMPT, press("reset", "A"), message("started"));
  assert.equal(state.phase, "none");
  assert.equal(done.at(-1).do, "end");
  const waiting = after(...PROMPT, press("reset", "A"), press("run", "B"), message("started"));
  assert.deepEqual([waiting.state.phase, waiting.state.turn, waiting.state.start], ["starting", "B", 2]);
});

test("a statement that begins before the prompt could end comes first", () => {
  const waiting = after(...PROMPT, press("run", "B"), message("started"));
  assert.deepEqual([waiting.state.turn, waiting.state.queue, waiting.said("B").at(-1)], ["A", ["B"], WAITING]);
  const gone = after(...PROMPT, press("run", "B"), message("started"), FINISHED, message("detached", { exited: false }));
  assert.deepEqual([gone.state.phase, gone.state.turn, gone.state.queue], ["sent", "B", []]);
});

test("a block that waits for the prompt to end can be called off, and the variables stay", () => {
  const { state, done } = after(...PROMPT, press("run", "B"), press("stop", "B"), message("detached", { exited: false }));
  assert.deepEqual([state.phase, state.turn, state.used], ["free", null, true]);
  assert.ok(!done.some((effect) => effect.do === "end"));
});

test("a stop before a later program begins is an interrupt once it does", () => {
  const later = [...PROMPT, press("run", "B"), message("detached", { exited: false }), press("stop", "B")];
  assert.ok(!after(...later).done.some((effect) => effect.do === "interrupt" || effect.do === "end"));
  assert.equal(after(...later, message("started")).done.at(-1).do, "interrupt");
  assert.equal(after(...later, press("stop", "B")).said("B").at(-1), "stopped");
});

test("stopped twice, the interpreter ends, and what waits begins with the next", () => {
  const { state, done, said } = after(...RUNNING, press("run", "B"), press("stop", "A"), press("stop", "A"));
  assert.deepEqual(said("A").slice(-1), ["stopped"]);
  assert.equal(done.find((effect) => effect.status === RESTARTED)?.block, "A");
  assert.deepEqual([state.phase, state.turn, state.start], ["starting", "B", 2]);
});

test("a crash ends what waits, too, and says so", () => {
  const { state, done } = after(...RUNNING, press("run", "B"), message("crashed", { reason: "It broke" }));
  assert.equal(state.phase, "none");
  assert.equal(done.find((effect) => effect.status === ABANDONED)?.block, "B");
});

test("a prompt that does not end is given up", () => {
  const { state, done } = after(...PROMPT, press("run", "B"), { type: "late", start: 1, seconds: 60 });
  assert.equal(state.phase, "none");
  assert.match(done.find((effect) => effect.state === "crashed").status, /^Python has not answered for 60 seconds\. Run/);
});

test("an interpreter that failed before anybody asked for it is begun again by a run", () => {
  const { state } = after(press("prepare", "A"), { type: "unstarted", start: 1, reason: "no" }, press("run", "A"));
  assert.deepEqual([state.phase, state.start], ["starting", 2]);
});

test("a session that its reader ended says so, and takes the next program", () => {
  const ended = after(...PROMPT, message("detached", { exited: true }));
  assert.ok(ended.said("A").includes(EXITED));
  assert.equal(after(...PROMPT, message("detached", { exited: true }), press("run", "B")).state.phase, "sent");
});

test("a hidden page lets go of what idles, and of nothing that runs or waits", () => {
  assert.equal(after(...PROMPT, { type: "sleep" }).state.phase, "none");
  for (const busy of [RUNNING, [press("run", "A")], [press("run", "A"), READY], [...PROMPT, press("run", "B")]]) {
    assert.deepEqual(after(...busy, { type: "sleep" }, { type: "release" }).state, after(...busy).state);
  }
  assert.equal(after(press("prepare", "A"), READY, { type: "release" }).state.phase, "none");
  assert.equal(after(...PROMPT, { type: "release" }).state.phase, "prompt");
});
