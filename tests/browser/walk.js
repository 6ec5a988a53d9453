/**
 * What `walk.py` has a page do. `press` presses a button that the reader can see, and says whether it was there. `walk` presses and types at
 * random for some seconds, and gives the number of presses: the page's own script does, for a browser that is driven from outside is too slow
 * for what depends on time. What is random is the same for the same seed (mulberry32).
 */
({
  press: (block, action) => {
    const button = block.querySelector(`[data-emrun-action="${action}"]`);
    if (!button || button.hidden) return false;
    button.click();
    return true;
  },

  async walk({ seed, seconds }) {
    const { press } = this;
    const random = () => {
      seed = (seed + 0x6d2b79f5) | 0;
      let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
      t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
      return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
    };
    const of = (list) => list[Math.floor(random() * list.length)];
    const key = (keyboard, key, keyCode, more) => keyboard.dispatchEvent(new KeyboardEvent("keydown", { key, keyCode, bubbles: true, cancelable: true, ...more }));
    const type = (keyboard, text) => {
      const clipboardData = new DataTransfer();
      clipboardData.setData("text/plain", text);
      keyboard.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
      key(keyboard, "Enter", 13);
    };
    const TYPED = ["1+1", "x=3", "input()", "while True: pass", "exit()", "print(5)", "import time; time.sleep(9)"];
    const blocks = [...document.querySelectorAll("div.emrun")], end = performance.now() + 1000 * seconds;
    let presses = 0;
    while (performance.now() < end) {
      // Some blocks are of interest for a while: then they are pressed often.
      const few = [of(blocks), of(blocks), of(blocks)];
      for (let moves = 0; moves < 30 && performance.now() < end; moves++) {
        const block = of(few), keyboard = block.querySelector(".xterm-helper-textarea");
        const move = of(["run", "run", "run", "stop", "stop", "reset", "edit", "copy", "type", "type", "interrupt"]);
        if (move === "type" && keyboard) type(keyboard, of(TYPED));
        else if (move === "interrupt" && keyboard) key(keyboard, "c", 67, { ctrlKey: true });
        else presses += press(block, move);
        await new Promise((resolve) => setTimeout(resolve, of([0, 0, 5, 30, 100, 1000]) * random()));
      }
    }
    return presses;
  },
})
