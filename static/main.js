// @ts-check
/**
 * The page's entry point: finds the blocks and gives each its buttons. Everything else is loaded on the first Run.
 */
import { Block } from "./block.js";
import { openBundle } from "./bundle.js";
import { whenInterested } from "./interest.js";
import { within } from "./watch.js";

/** @import { Manifest } from "./protocol.js" */
/** @import { Session } from "./session.js" */
/** @typedef {(seconds: number) => void} Quiet   Nothing has happened for so long. */

/** The page's sessions by name: one interpreter each. @type {Map<string, Promise<Session>>} */
const sessions = new Map();

/** Opened by the first Run; again by the next one, where that failed. @type {Promise<Manifest> | undefined} */
let bundle;

/** Those who want to know while the page's scripts are on their way. @type {Set<Quiet>} */
const waiting = new Set();
/** @type {Quiet} */
const quiet = (seconds) => waiting.forEach((tell) => tell(seconds));

/** @param {string} name @param {Quiet} [tell] */
function sessionNamed(name, tell) {
  if (tell) waiting.add(tell);
  let session = sessions.get(name);
  if (!session) {
    session = start(name);
    session.catch(() => sessions.delete(name));
    sessions.set(name, session);
  }
  return session;
}

/** @param {string} name @returns {Promise<Session>} */
async function start(name) {
  bundle ??= openBundle(quiet);
  bundle.catch(() => (bundle = undefined));
  const manifest = await bundle;
  const { Session } = await within(import("./session.js"), "session.js", quiet);
  return new Session(setupOf(name), manifest);
}

/** The session's hidden code, in the page's order.  @param {string} name */
function setupOf(name) {
  return [...document.querySelectorAll(".emrun-setup")]
    .map((element) => /** @type {HTMLElement} */ (element).dataset)
    .filter((data) => data.emrunSession === name)
    .map((data) => ({ kind: /** @type {const} */ ("script"), source: data.emrunSource ?? "", filename: "<setup>" }));
}

// What does not parse the interpreter does not parse this either, and notice.js says so.
(class { static {} });

// notice.js has marked the blocks that cannot run in this browser.
for (const element of document.querySelectorAll(".emrun:not([data-emrun-unsupported])")) {
  const block = new Block(/** @type {HTMLElement} */ (element), sessionNamed);
  // Where this fails, pressing the button says so.
  whenInterested(block.button("run"), () => void sessionNamed(block.sessionName).then((session) => session.prepare(block)).catch(() => {}));
}
