// @ts-check
/**
 * Tries a bundle: starts its `worker.js` as a page would, and runs a program in it. `node trial.mjs FOLDER`; the exit status is 0
 * where it works, else the reason is on the standard error.
 */
import fs from "node:fs";
import { NodeSession } from "./host.mjs";

const [, , folder] = process.argv;
try {
  const { snapshot } = JSON.parse(fs.readFileSync(`${folder}/manifest.json`, "utf8"));
  const session = await NodeSession.start(folder, { fenced: true });
  if (snapshot && !session.restored) throw new Error("its snapshot cannot be restored");
  const end = await session.finish({ source: "import sys\nprint(sys.platform)" });
  if (end.outcome !== "done") throw new Error(end.reason ?? session.screen);
  process.exit(0);
} catch (error) {
  console.error(/** @type {Error} */ (error).message);
  process.exit(1);
}
