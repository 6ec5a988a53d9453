// @ts-check
/**
 * The page's entry point: finds the blocks and gives each its buttons. Everything else is loaded on the first Run.
 */
import { Block } from "./block.js";
import { WORKER, checkFiles, isStyle, linkStyles, loadAhead, openBundle } from "./bundle.js";
import { whenHidden } from "./hidden.js";
import { lavish, thrifty, whenInterested, whenLoaded, whenNear } from "./interest.js";
import { returns } from "./returning.js";
import { timed } from "./steps.js";
import { Thread } from "./thread.js";
import { within } from "./watch.js";

/** @import { Manifest } from "./protocol.js" */
/** @import { HiddenCode, Session } from "./session.js" */
/** @import { Quiet } from "./bundle.js" */

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
  if (!bundle) {
    loadAhead(WORKER);
    bundle = timed("manifest", openBundle(quiet));
    bundle.catch(() => (bundle = undefined));
  }
  const manifest = await bundle;
  const thread = checkFiles(manifest, [WORKER], quiet).then(() => new Thread(manifest));
  // The thread has the longer way to go.
  const script = thread.then(() => timed("page's scripts", loadSession(manifest)));
  script.catch(() => thread.then((useless) => useless.end())).catch(() => {});
  const [{ Session }, ready] = await Promise.all([script, thread]);
  return new Session(setupOf(name), manifest, ready);
}

/** @param {Manifest} manifest */
async function loadSession(manifest) {
  manifest.code.filter(isStyle).forEach(loadAhead);
  await checkFiles(manifest, manifest.code.filter((path) => path !== WORKER && !isStyle(path)), quiet);
  const session = await within(import("./session.js"), "session.js", quiet);
  linkStyles(manifest); // only now: Firefox imports nothing while a style sheet is on its way
  return session;
}

/** The session's hidden code: first what runs before every block, then what runs where it stands.  @param {string} name @returns {HiddenCode[]} */
function setupOf(name) {
  return /** @type {HTMLElement[]} */ ([...document.querySelectorAll(".emrun-setup")])
    .filter((element) => element.dataset.emrunSession === name)
    .map((element) => {
      const { emrunSource, emrunHere, emrunDocstring } = element.dataset;
      const program = { kind: /** @type {const} */ ("script"), source: emrunSource ?? "", filename: "<setup>" };
      return { element, here: emrunHere !== undefined, docstring: emrunDocstring ?? "", program };
    })
    .sort((one, other) => Number(one.here) - Number(other.here));
}

// What does not parse the interpreter does not parse this either, and notice.js says so.
(class { static {} });

/** @type {HTMLScriptElement | null} */
const script = document.querySelector("script[data-emrun-prefetch]");
const prefetch = script?.dataset.emrunPrefetch, sleep = Number(script?.dataset.emrunSleep);
/** How long, in minutes, the page is hidden when an interpreter that nobody has used yet ends. */
const UNUSED = 5;

/** @param {(session: Session) => void} action */
function eachSession(action) {
  sessions.forEach((session) => session.then(action).catch(() => {}));
}

whenHidden(UNUSED, () => eachSession((session) => session.release()));
if (sleep) whenHidden(sleep, () => eachSession((session) => session.sleep()));

/** The reader is likely to run a block: for the first that is seen, an interpreter waits. */
let likely = prefetch !== "never" && !thrifty() && returns();

// notice.js has marked the blocks that cannot run in this browser.
for (const element of document.querySelectorAll(".emrun:not([data-emrun-unsupported])")) {
  const block = new Block(/** @type {HTMLElement} */ (element), sessionNamed);
  // Where this fails, pressing the button says so.
  const load = () => sessionNamed(block.sessionName), start = () => void load().then((session) => session.prepare(block)).catch(() => {});
  if (prefetch !== "never") whenInterested(block.button("run"), start);
  if (likely) {
    whenNear(block.element, () => {
      if (likely) whenLoaded(start);
      likely = false;
    });
  }
  if (prefetch === "near") whenNear(block.element, () => void (lavish() && load().catch(() => {})));
}
