// @ts-check
/** Examples that can be run and stopped, each on a terminal of its own: stock Pyodide in a worker, xterm.js, shared memory. */
import { FILLED, INTERRUPTED, TAKEN, allocate } from "./memory.js";
import { Terminal } from "./xterm/xterm.mjs";

const ENTER = "\r", BACKSPACE = "\x7f", CTRL_C = "\x03", CTRL_D = "\x04", SIGINT = 2;
const memory = allocate();
const worker = new Worker("worker.js", { type: "module" });
worker.postMessage({ memory });
/** The example that runs. @type {HTMLElement} */ let example;
/** @type {Terminal} */ let terminal;
/** Python waits for a line. */ let reading = false;
/** Keys not yet taken. */ let ahead = "";
let line = "";

/** @param {HTMLElement} element @param {string} source */
function run(element, source) {
  terminal?.dispose();
  terminal = new Terminal({ cols: 80, rows: 24, scrollback: 5000, fontFamily: "monospace", fontSize: 14, convertEol: true });
  terminal.open(/** @type {HTMLElement} */ (element.querySelector(".terminal")));
  terminal.onData(typed);
  example = element;
  example.dataset.state = "running";
  ahead = line = "";
  memory.interrupt[0] = 0;
  worker.postMessage({ source });
}

function interrupt() {
  memory.interrupt[0] = SIGINT;
  if (reading) answer(INTERRUPTED);
}

/** @param {string} keys */
function typed(keys) {
  ahead += keys;
  if (keys.includes(CTRL_C)) {
    ahead = line = "";
    terminal.write("^C\n");
    interrupt();
  }
  edit();
}

/** A line is edited, and echoed, while Python waits for one. */
function edit() {
  while (reading && ahead) {
    const [key] = ahead;
    ahead = ahead.slice(key.length);
    if (key === ENTER) {
      terminal.write("\n");
      send(`${line}\n`);
    } else if (key === CTRL_D) {
      send(line);
    } else if (key === BACKSPACE) {
      if (line) terminal.write("\b \b");
      line = line.slice(0, -1);
    } else {
      line += key;
      terminal.write(key);
    }
  }
}

/** @param {string} text */
function send(text) {
  const bytes = new TextEncoder().encode(text);
  memory.line.set(bytes);
  line = "";
  answer(bytes.length);
}

/** @param {number} filled  how many bytes of the line are there, or INTERRUPTED */
function answer(filled) {
  reading = false;
  Atomics.store(memory.control, FILLED, filled);
  Atomics.notify(memory.control, FILLED);
}

worker.addEventListener("message", ({ data }) => {
  switch (data.type) {
    case "write":
      terminal.write(data.bytes, () => {
        Atomics.add(memory.control, TAKEN, data.bytes.length);
        Atomics.notify(memory.control, TAKEN);
      });
      return;
    case "read":
      reading = true;
      if (memory.interrupt[0]) return answer(INTERRUPTED);
      return edit();
    case "finished":
      reading = false;
      terminal.write(data.message, () => (example.dataset.state = data.outcome));
  }
});

const template = /** @type {HTMLTemplateElement} */ (document.querySelector("template"));
for (const [name, source] of Object.entries(await (await fetch("programs.json")).json())) {
  const element = /** @type {HTMLElement} */ (template.content.cloneNode(true).firstElementChild);
  element.id = name;
  /** @type {HTMLElement} */ (element.querySelector("pre")).textContent = source;
  element.querySelector(".run")?.addEventListener("click", () => run(element, source));
  element.querySelector(".stop")?.addEventListener("click", interrupt);
  document.body.append(element);
}
