// @ts-check
/**
 * What is evaluated in every page that is measured: it becomes `window.probe`, with a function for each kind of case. `subject`
 * has the page's selectors (subjects.py).
 *
 * Each function gives `{outcome, values, idle}`: "ok" and the numbers, or what happened instead; `idle`: nothing runs any more.
 */
(/** @type {Record<"block" | "state" | "run" | "stop", string>} */ subject) => {
  /** How long, in ms, the reader waits: for a start (of the interpreter too), a stop, an echo, all of an output. */
  const START = 60_000, STOP = 5000, ECHO = 1000, OUTPUT = 120_000;
  const FRAMES_FOR = 3000;
  const ENDED = ["done", "error", "stopped", "crashed"];
  const CTRL_C = { key: "c", code: "KeyC", keyCode: 67, ctrlKey: true }, ENTER = { key: "Enter", code: "Enter", keyCode: 13 };
  const LETTERS = "qzjwk";

  const block = (/** @type {string} */ name) => /** @type {HTMLElement} */ (document.querySelector(subject.block.replace("NAME", name)));
  const part = (/** @type {HTMLElement} */ element, /** @type {string} */ selector) => /** @type {HTMLElement} */ (element.querySelector(selector));
  const state = (/** @type {HTMLElement} */ element) => element.getAttribute(subject.state) ?? "";
  const ended = (/** @type {HTMLElement} */ element) => ENDED.includes(state(element));
  /** What xterm.js has drawn. */
  const screen = (/** @type {HTMLElement} */ element) => part(element, ".xterm-rows")?.textContent ?? "";

  /**
   * When something is first so, looked at with every change of the block; null: not within `patience` ms.
   * @param {HTMLElement} element @param {() => boolean} met @param {number} patience @returns {Promise<number | null>}
   */
  const when = (element, met, patience) =>
    new Promise((resolve) => {
      const done = (/** @type {number | null} */ time) => {
        observer.disconnect();
        clearTimeout(timer);
        resolve(time);
      };
      const look = () => met() && done(performance.now());
      const observer = new MutationObserver(look);
      observer.observe(element, { attributes: true, childList: true, characterData: true, subtree: true });
      const timer = setTimeout(done, patience, null);
      look();
    });

  // A reader does not wait until the page has time: another thread presses, and notes when.
  const script = "onmessage = ({data}) => setTimeout(() => postMessage(performance.timeOrigin + performance.now()), data)";
  const finger = new Worker(URL.createObjectURL(new Blob([script], { type: "text/javascript" })));
  /** @param {number} delay  ms @returns {Promise<number>} when it was pressed, as the page's clock has it */
  const pressed = (delay) =>
    new Promise((resolve) => {
      finger.onmessage = ({ data }) => resolve(data - performance.timeOrigin);
      finger.postMessage(delay);
    });

  /** @param {HTMLElement} element @param {KeyboardEventInit} keys */
  const key = (element, keys) =>
    part(element, ".xterm-helper-textarea").dispatchEvent(new KeyboardEvent("keydown", { ...keys, bubbles: true, cancelable: true }));

  /** Run a program, until it has printed something.  @param {string} name */
  async function start(name) {
    const element = block(name);
    element.scrollIntoView({ block: "start" }); // xterm.js draws only what is in view
    part(element, subject.run).click();
    const printed = () => state(element) !== "loading" && (screen(element).trim() !== "" || ended(element));
    if ((await when(element, printed, START)) === null) throw new Error(`${name} did not start`);
    return element;
  }

  /** @param {HTMLElement} element @param {string} outcome @param {number[]} values */
  async function end(element, outcome, values) {
    if (!ended(element)) key(element, CTRL_C);
    const idle = (await when(element, () => ended(element), STOP)) !== null;
    return { outcome, values, idle };
  }

  return void Object.assign(window, {
    probe: {
      /** ms from Stop, or Ctrl-C in every second turn, to the end of the program by a KeyboardInterrupt. */
      async stop(/** @type {string} */ name, /** @type {number} */ turn) {
        const element = await start(name);
        // At any moment of what the program does every now and then, such as to look for a signal.
        const since = await pressed(100 + ((turn * 137) % 400));
        if (ended(element)) return { outcome: `${state(element)} before`, values: [], idle: true };
        if (turn % 2) key(element, CTRL_C);
        else part(element, subject.stop).click();
        const time = await when(element, () => ended(element), STOP);
        if (time === null) return { outcome: "never", values: [], idle: false };
        if (state(element) !== "stopped") return { outcome: state(element), values: [], idle: true };
        const shown = await when(element, () => screen(element).includes("KeyboardInterrupt"), ECHO);
        return { outcome: shown === null ? "no message" : "ok", values: [time - since], idle: true };
      },

      /** ms from a key to its letter on the screen. */
      async echo(/** @type {string} */ name, /** @type {number} */ turn) {
        const element = await start(name);
        const values = [];
        let typed = "";
        for (const letter of LETTERS) {
          const since = await pressed(100 + ((turn * 37 + values.length * 7) % 50));
          typed += letter;
          key(element, { key: letter, code: `Key${letter.toUpperCase()}`, keyCode: letter.toUpperCase().charCodeAt(0) });
          const time = await when(element, () => screen(element).includes(typed), ECHO);
          if (time === null) return end(element, "none", values);
          values.push(time - since);
        }
        return end(element, "ok", values);
      },

      /** MB a second, from Enter to the last line on the screen. */
      async output(/** @type {string} */ name) {
        const element = await start(name);
        const since = performance.now();
        key(element, ENTER);
        const last = () => /written\s(\d+)\sbytes/.exec(screen(element));
        const time = await when(element, () => last() !== null, OUTPUT);
        if (time === null) return end(element, "never", []);
        const megabytes = Number(last()?.[1]) / 1e6;
        await when(element, () => ended(element), STOP);
        return end(element, "ok", [megabytes / ((time - since) / 1000)]);
      },

      /** ms from Enter, which answers an `input()`, to the next one's prompt. */
      async answer(/** @type {string} */ name) {
        const element = await start(name);
        const values = [];
        for (let number = 0; number < 8; number++) {
          const asked = (/** @type {number} */ which) => when(element, () => screen(element).includes(`question ${which}?`), ECHO);
          if ((await asked(number)) === null) return end(element, "none", values);
          await when(element, () => state(element) === "input", ECHO);
          const since = await pressed(20);
          key(element, ENTER);
          const time = await asked(number + 1);
          if (time === null) return end(element, "none", values);
          values.push(time - since);
        }
        return end(element, "ok", values);
      },

      /** ms, as the program tells: once, or several times. */
      async told(/** @type {string} */ name) {
        const element = await start(name);
        const told = () => Array.from(screen(element).matchAll(/took\s([\d.]+)\sms/g), ([, time]) => Number(time));
        const time = await when(element, () => told().length > 0, OUTPUT);
        await when(element, () => ended(element), STOP);
        return end(element, time === null ? "never" : "ok", told());
      },

      /** Frames a second while the program runs. */
      async frames(/** @type {string} */ name) {
        const element = await start(name);
        const since = performance.now();
        let frames = 0, now = since;
        for (; now - since < FRAMES_FOR; frames++) {
          await new Promise(requestAnimationFrame);
          now = performance.now();
        }
        return end(element, "ok", [frames / ((now - since) / 1000)]);
      },
    },
  });
}
