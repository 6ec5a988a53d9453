// @ts-check
/**
 * The page's entry point: finds the blocks and gives each its buttons. Everything else is loaded on the first Run.
 */
import { Block } from "./block.js";
import { whenInterested } from "./interest.js";
import { startWorker } from "./worker-ahead.js";

/** @import { Session } from "./session.js" */

/** The page's sessions by name: one interpreter each. @type {Map<string, Promise<Session>>} */
const sessions = new Map();

/** @param {string} name */
function sessionNamed(name) {
  let session = sessions.get(name);
  if (!session) {
    startWorker();
    session = import("./session.js").then(({ Session }) => new Session(setupOf(name)));
    session.catch(() => sessions.delete(name));
    sessions.set(name, session);
  }
  return session;
}

/** The session's hidden code, in the page's order.  @param {string} name */
function setupOf(name) {
  return [...document.querySelectorAll(".emrun-setup")]
    .map((element) => /** @type {HTMLElement} */ (element).dataset)
    .filter((data) => data.emrunSession === name)
    .map((data) => ({ kind: /** @type {const} */ ("script"), source: data.emrunSource ?? "", filename: "<setup>" }));
}

for (const element of document.querySelectorAll(".emrun")) {
  const block = new Block(/** @type {HTMLElement} */ (element), sessionNamed);
  // Where this fails, pressing the button says so.
  whenInterested(block.button("run"), () => void sessionNamed(block.sessionName).catch(() => {}));
}
