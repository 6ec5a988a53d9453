// @ts-check
/**
 * Tries a bundle: starts its `worker.js` as a page would, and runs a program in it. `node trial.mjs FOLDER`; the exit status is 0
 * where it works, else the reason is on the standard error.
 */
import { NodeSession } from "./host.mjs";

try {
  const session = await NodeSession.start(process.argv[2]);
  const end = await session.finish({ source: "import sys\nprint(sys.platform)" });
  if (end.outcome !== "done") throw new Error(end.reason ?? session.screen);
  process.exit(0);
} catch (error) {
  console.error(/** @type {Error} */ (error).message);
  process.exit(1);
}
