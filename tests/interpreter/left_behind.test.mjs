/** Whatever a program does to its process, the prompt and the next block work, with their variables. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { NodeSession } from "../../static/node/host.mjs";
import { bundle } from "./bundles.mjs";
import { plain } from "./session.mjs";

const { program: programs } = JSON.parse(process.env.EMRUN_LEFT_BEHIND ?? "{}");

/** @param {NodeSession} session  whose idle prompt is awaited */
const idle = (session) => session.until((s) => s.console.prompting, "an idle prompt");

for (const { name, source, shows = "", outcome = "done", types = "kept + 1", answers = "42", next = "print(kept)", next_outcome = "done", prints = "41", plain: plainly = false } of programs) {
  test(name, { timeout: 60_000 }, async (t) => {
    const session = await NodeSession.start(bundle);
    t.after(() => session.close());
    const ended = await session.finish({ source: `kept = 41\n${source}` });
    await idle(session);
    assert.deepEqual([ended.type, ended.outcome], ["finished", outcome], session.screen);
    assert.ok(plain(session.screen).includes(shows.trim()), session.screen);
    assert.doesNotMatch(session.screen, /_emrun/);
    assert.equal(session.screen.includes("can't use pyrepl"), plainly, session.screen);
    session.clear();
    session.type(`${types}\r`);
    await session.finished();
    await idle(session);
    assert.ok(plain(session.screen).includes(answers), session.screen);
    const last = await session.finish({ source: next });
    await idle(session);
    assert.ok(plain(session.screen).includes(prints), session.screen);
    assert.deepEqual([last.type, last.outcome], ["finished", next_outcome], session.screen);
  });
}
