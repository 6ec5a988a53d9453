/** A reader's hands and eyes in the page of the cases. */
(() => {
  const ENDED = new Set(["done", "error", "stopped", "crashed"]);
  const block = (id) => document.getElementById(id);
  const state = (id) => block(id).dataset.emrunState;
  /** The reader ended the session at the prompt. */
  const left = () => block("case").querySelector(".emrun-status").textContent.includes("session has ended");

  /** Wait for a condition, looking again after every event of the page's blocks, and every change of a status.  */
  function until(condition, what, seconds) {
    return new Promise((resolve, reject) => {
      const names = ["emrun:state", "emrun:output"];
      const end = (settle, value) => {
        names.forEach((name) => document.removeEventListener(name, look));
        statuses.disconnect();
        clearTimeout(late);
        settle(value);
      };
      const late = setTimeout(() => end(reject, new Error(`no ${what} within ${seconds} s; the state: ${state("case")}`)), seconds * 1000);
      const look = () => {
        const value = condition();
        if (value) end(resolve, value);
      };
      const statuses = new MutationObserver(() => look());
      names.forEach((name) => document.addEventListener(name, look));
      document.querySelectorAll(".emrun-status").forEach((status) => statuses.observe(status, { childList: true }));
      look();
    });
  }

  /** Press Run, and wait for the end. */
  window.runBlock = (id) => {
    block(id).querySelector('[data-emrun-action="run"]').click();
    return until(() => ENDED.has(state(id)) && state(id), `end of ${id}`, 60);
  };

  /** Make the page so wide that a terminal has so many columns. */
  window.fitColumns = async (wanted) => {
    const place = document.getElementById("width");
    for (let width = 700, tries = 0; tries < 12; tries++) {
      place.style.width = `${width}px`;
      await new Promise(requestAnimationFrame);
      await window.runBlock("tidy");
      const columns = parseInt(block("tidy").querySelector(".emrun-transcript").textContent, 10);
      if (columns === wanted) return columns;
      width += (wanted - columns) * (width / columns);
    }
    return 0;
  };

  /** As a keyboard's input event says it: xterm.js takes its text as typed. */
  function type(text) {
    const keyboard = block("case").querySelector(".emrun-terminal textarea");
    keyboard.dispatchEvent(new InputEvent("input", { data: text, inputType: "insertText" }));
  }

  window.runCase = async ({ source, filename, keys, prompt, patience }) => {
    const element = block("case");
    Object.assign(element.dataset, { emrunFilename: filename });
    const parts = [];
    let text = "", ending = null;
    const decoder = new TextDecoder();
    const collect = ({ detail }) => {
      if (ending && !prompt) return; // the prompt's
      parts.push(detail.bytes);
      text += decoder.decode(detail.bytes, { stream: true });
    };
    const note = ({ detail }) => (ending ??= ENDED.has(detail.state) ? detail.state : null);
    element.querySelector('[data-emrun-action="edit"]').click();
    element.querySelector("textarea.emrun-editor").value = source;
    try {
      element.querySelector('[data-emrun-action="run"]').click();
      await until(() => state("case") !== "loading", "start", patience);
      element.addEventListener("emrun:output", collect);
      element.addEventListener("emrun:state", note);
      note({ detail: { state: state("case") } });
      let seen = 0;
      for (const key of keys) {
        await until(() => text.includes(key.shows, seen), JSON.stringify(key.shows), patience);
        seen = text.indexOf(key.shows, seen) + key.shows.length;
        // A poll with a time-out waits without a state of its own: long after the text it was waited for, it is there.
        if (!key.busy && !ending) await until(() => state("case") === "input", "wait for the keyboard", 1).catch(() => {});
        type(key.text);
      }
      await until(() => (prompt ? left() : ending), "end", patience);
      const bytes = new Uint8Array(await new Blob(parts).arrayBuffer());
      const output = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
      return { output, ending };
    } catch (error) {
      return { error: `${error.message}; it showed ${JSON.stringify(text.slice(-500))}` };
    } finally {
      element.removeEventListener("emrun:output", collect);
      element.removeEventListener("emrun:state", note);
    }
  };
})();
