// @ts-check
/** The least that a page can do: a click starts Pyodide in a worker, and what Python prints is shown. */
const [source, button, output] = ["#source", "button", "#output"].map(
  (selector) => /** @type {HTMLElement} */ (document.querySelector(selector)),
);
const wheels = [...document.querySelectorAll("#wheels li")].map(({ textContent }) => new URL(`wheels/${textContent}`, location.href).href);

button.addEventListener("click", () => {
  const worker = new Worker("worker.js", { type: "module" });
  worker.addEventListener("message", ({ data }) => output.append(`${data}\n`));
  worker.addEventListener("error", ({ message }) => output.append(message));
  worker.postMessage([source.textContent, wheels]);
});
