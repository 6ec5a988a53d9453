// @ts-check
/**
 * One block of the page: its code, its buttons, its state. It knows nothing of interpreters or terminals.
 */

import { isTranscript, statements } from "./doctest.js";
import { whenNear } from "./interest.js";

/** @import { Session } from "./session.js" */
/** @import { Program, Tier } from "./protocol.js" */
/** @typedef {"idle" | "loading" | "running" | "input" | "done" | "error" | "stopped" | "crashed"} State */

/** States in which something can be stopped. */
const BUSY = new Set(["loading", "running", "input"]);

/** How Python and the page speak to each other. @type {Record<Tier, string>} */
const TIERS = {
  "shared-memory": "Python shares memory with this page.",
  "service-worker": "Python asks this page through a service worker.",
  jspi: "Python is suspended while it waits for this page.",
  restart: "Python cannot wait for this page: input is filled in beforehand, and Stop restarts it.",
};

/**
 * Code with each line at its number in the file that it is a part of, so that tracebacks name that.
 * @param {string} source @param {string} [ranges]  such as "5-9,12-14"
 */
function placed(source, ranges) {
  if (!ranges) return source;
  const lines = source.split("\n");
  /** @type {string[]} */
  const found = [];
  for (const range of ranges.split(",")) {
    const [first, last] = range.split("-").map(Number);
    for (let number = first; number <= last; number++) found[number - 1] = lines.shift() ?? "";
  }
  return found.join("\n");
}

export class Block {
  element;
  /** The session's name; "" is the page's own. */
  sessionName;
  /** The docstring it stands in; "" for none. */
  docstring;
  /** Blocks with the same namespace share their variables. */
  namespace;
  /** @type {{name: string, url: string}[]} */ files;
  #sessionNamed;
  #published;
  /** The reader's version of the code. @type {HTMLTextAreaElement | null} */ #editor = null;
  #used = false;
  /** Once its script is there: from then on it knows what becomes of a press. @type {Session | null} */ #session = null;
  /** Counts the presses of Run until then, of which only the last counts, and that only until it is called off. */ #presses = 0;

  /**
   * @param {HTMLElement} element  a `.emrun`
   * @param {(name: string, quiet: (seconds: number) => void) => Promise<Session>} sessionNamed
   */
  constructor(element, sessionNamed) {
    const data = element.dataset;
    this.element = element;
    this.#sessionNamed = sessionNamed;
    this.#published = data.emrunSource ?? "";
    this.sessionName = data.emrunSession ?? "";
    this.docstring = data.emrunDocstring ?? "";
    this.namespace = "emrunIsolated" in data ? `block ${element.id}` : this.docstring;
    this.files = JSON.parse(data.emrunFiles ?? "[]").map((/** @type {any} */ file) => ({ ...file, url: new URL(file.url, document.baseURI).href }));
    this.part("toolbar").addEventListener("click", (event) => this.#pressed(event));
    this.part("toolbar").hidden = false;
    this.status = ""; // notice.js may have said that this is late
    if ("emrunAutorun" in data) whenNear(element, () => this.#used || this.#run());
  }

  /** @param {"toolbar" | "status" | "terminal" | "transcript" | "output"} name @returns {HTMLElement} */
  part(name) {
    return /** @type {HTMLElement} */ (this.element.querySelector(`.emrun-${name}`));
  }

  /** @returns {State} */
  get state() {
    return /** @type {State} */ (this.element.dataset.emrunState);
  }

  set state(state) {
    if (state === this.state) return;
    this.element.dataset.emrunState = state;
    const busy = BUSY.has(state), hadFocus = this.button("run") === document.activeElement || this.button("stop") === document.activeElement;
    this.button("run").hidden = busy;
    this.button("stop").hidden = !busy;
    // The button that was pressed has gone: its place is the other's.
    if (hadFocus) this.button(busy ? "stop" : "run").focus();
    this.element.dispatchEvent(new CustomEvent("emrun:state", { bubbles: true, detail: { state } }));
  }

  /** A sentence under the block; "" for none.  @param {string} text */
  set status(text) {
    this.part("status").textContent = text;
  }

  /** Which channel serves the block; in words where one asks by pointing at the buttons.  @param {Tier} tier */
  set tier(tier) {
    this.element.dataset.emrunTier = tier;
    this.part("toolbar").title = TIERS[tier];
  }

  /** The code as it stands.  @returns {Program} */
  get program() {
    const { emrunKind, emrunFilename, emrunLines, emrunModule } = this.element.dataset;
    const source = this.#editor?.value ?? this.#published;
    const kind = /** @type {Program["kind"]} */ (emrunKind);
    // An edited block may have become a transcript, or ceased to be one.
    const edited = isTranscript(source) ? "transcript" : "script";
    const whole = source === this.#published && edited === "script" ? placed(source, emrunLines) : source;
    return { kind: kind === "repl" && !source.trim() ? "repl" : edited, source: whole, filename: emrunFilename ?? "<example>", module: emrunModule ?? "__main__" };
  }

  /** @param {string} action @returns {HTMLButtonElement} */
  button(action) {
    return /** @type {HTMLButtonElement} */ (this.element.querySelector(`[data-emrun-action="${action}"]`));
  }

  /** @param {Event} event */
  #pressed(event) {
    const button = /** @type {HTMLElement} */ (event.target).closest("button");
    switch (button?.dataset.emrunAction) {
      case "run": return this.#run();
      case "stop": return this.#stop();
      case "edit": return this.#edit();
      case "reset": return this.#reset();
      case "copy": return this.#copy();
    }
  }

  #run() {
    if (BUSY.has(this.state)) return;
    this.#used = true;
    this.state = "loading";
    this.status = "Loading…";
    if (this.#session) this.#session.run(this);
    else void this.#load(++this.#presses);
  }

  /** The session's script comes first.  @param {number} press */
  async #load(press) {
    const wanted = () => press === this.#presses;
    const quiet = (/** @type {number} */ seconds) => {
      if (wanted()) this.status = `Nothing of this page's scripts has arrived for ${seconds} seconds. Stop, then Run, tries again.`;
    };
    try {
      this.#session = await this.#sessionNamed(this.sessionName, quiet);
      if (wanted()) this.#session.run(this);
    } catch (error) {
      if (!wanted()) return;
      this.state = "crashed";
      // A browser does not try again to import what it could not; what was missing before that can come.
      const again = "file" in /** @type {Error} */ (error) ? "Press Run" : "Reload the page";
      this.status = `This page's scripts could not be loaded: ${/** @type {Error} */ (error).message}. ${again} to try again.`;
    }
  }

  #stop() {
    if (this.#session?.stop(this)) return;
    this.#presses += 1;
    this.state = "idle";
    this.status = "";
  }

  /** A text field takes the code's place. */
  #edit() {
    if (!this.#editor) {
      const code = /** @type {HTMLElement} */ (this.element.querySelector(".highlight"));
      const editor = document.createElement("textarea");
      Object.assign(editor, { className: "emrun-editor", value: this.#published, spellcheck: false, rows: this.#published.split("\n").length + 1 });
      editor.setAttribute("aria-label", "Code");
      editor.setAttribute("autocapitalize", "off");
      editor.addEventListener("keydown", (event) => {
        if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey || event.shiftKey)) return;
        event.preventDefault();
        this.#run();
      });
      code.hidden = true;
      code.after(editor);
      this.#editor = editor;
    }
    this.#editor.focus();
  }

  /** The block as it was published, and its variables gone. */
  #reset() {
    const code = this.element.querySelector(".highlight");
    if (this.#editor && code) {
      this.#editor.remove();
      this.#editor = null;
      /** @type {HTMLElement} */ (code).hidden = false;
    }
    this.#presses += 1;
    if (this.#used) this.#session?.reset(this);
    this.#used = false;
    this.state = "idle";
    this.status = "";
  }

  async #copy() {
    const { kind, source } = this.program;
    const text = kind === "transcript" ? statements(source) : source;
    try {
      await navigator.clipboard.writeText(text);
      this.status = "Copied.";
    } catch {
      const code = this.#editor ?? this.element.querySelector("pre");
      if (this.#editor) this.#editor.select();
      else if (code) getSelection()?.selectAllChildren(code);
      this.status = "The browser does not let this page copy: the code is selected, press Ctrl+C.";
    }
  }
}
