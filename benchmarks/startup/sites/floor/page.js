// @ts-check
/** A click starts a worker that fetches and compiles what a start needs, and begins nothing. */
const output = /** @type {HTMLElement} */ (document.querySelector("#output"));

document.querySelector("button")?.addEventListener("click", () => {
  const worker = new Worker("worker.js", { type: "module" });
  worker.addEventListener("message", ({ data }) => output.append(data));
});
