// @ts-check
/** The worker of the next session: it can be started, and load what every session needs, before there is one. */

/** @typedef {{worker: Worker, failed: Promise<never>}} Started  `failed` rejects where its script cannot be loaded */

/** @type {Started | null} */
let ahead = null;

/** @returns {Started} */
export function startWorker() {
  return (ahead ??= start());
}

/** The one that was started, which is then the caller's, or else another.  @returns {Started} */
export function takeWorker() {
  const started = startWorker();
  ahead = null;
  return started;
}

/** @returns {Started} */
function start() {
  const worker = new Worker(new URL("./worker.js", import.meta.url), { type: "module", name: "sphinx-emrun" });
  const failed = /** @type {Promise<never>} */ (
    new Promise((_, reject) => worker.addEventListener("error", ({ message }) => reject(new Error(message || "worker.js could not be loaded"))))
  );
  failed.catch(() => {}); // there may be nobody yet who wants to know
  return { worker, failed };
}
