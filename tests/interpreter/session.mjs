/** One interpreter of the bundle under test, for a file of tests. */
import { after, before } from "node:test";
import { NodeSession } from "../../static/node/host.mjs";

const CONTROL = /\x1b(?:\[[0-9;?]*[A-Za-z]|[=>])/g;

/** Text as a reader sees it: without control sequences, line ends as Python writes them.  @param {string} screen */
export const plain = (screen) => screen.replace(CONTROL, "").replaceAll("\r\n", "\n");

/** @param {{columns?: number, rows?: number}} [size] */
export function interpreter(size) {
  const folder = process.env.EMRUN_BUNDLE;
  if (!folder) throw new Error("EMRUN_BUNDLE names no bundle: run these tests through pytest");
  /** @type {{session: NodeSession}} */
  const it = { session: /** @type {any} */ (undefined) };
  before(async () => void (it.session = await NodeSession.start(folder, size)));
  after(() => it.session?.close());
  return {
    get session() {
      return it.session;
    },
    /** Run to the end.  @returns {Promise<{outcome: string, status: number | null, screen: string}>} */
    async finish(source, options = {}, program = {}) {
      const { outcome, status, type } = await it.session.finish({ source, ...program }, options);
      return { outcome: outcome ?? type, status, screen: plain(it.session.screen) };
    },
    /** Start, and wait until the screen shows `mark`. */
    async start(source, mark) {
      await it.session.run({ source });
      await it.session.shows(mark);
    },
    async end() {
      const { outcome } = await it.session.finished();
      return { outcome, screen: plain(it.session.screen) };
    },
  };
}
