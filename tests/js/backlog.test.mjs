import assert from "node:assert/strict";
import { test } from "node:test";
import { Backlog } from "../../static/backlog.js";

const LINES = 6, MOST = 200;
const encoder = new TextEncoder(), decoder = new TextDecoder();

/** Of a terminal, what the tests need: it keeps its last lines, and knows one escape sequence, by which text gets a colour. */
class Screen {
  rows = [""];
  #colour = "";
  /** The beginning of an escape sequence, until it has ended. @type {string | null} */ #sequence = null;

  write(bytes) {
    for (const byte of bytes) {
      const char = String.fromCharCode(byte);
      if (char === "\n") this.rows = [...this.rows, ""].slice(-LINES);
      else if (char === "\x1b") this.#sequence = "";
      else if (this.#sequence === null) this.rows[this.rows.length - 1] += this.#colour + char;
      else if (this.#sequence === "" || !/[A-Za-z]/.test(char)) this.#sequence += char;
      else {
        this.#colour = `<${this.#sequence}>`;
        this.#sequence = null;
      }
    }
  }
}

const backlogOf = (text) => {
  const backlog = new Backlog(LINES, MOST);
  backlog.add(encoder.encode(text));
  return backlog;
};
const numbered = (from, to) => Array.from({ length: to - from }, (_, index) => `line ${from + index}\n`).join("");

test("lines that would have scrolled away are left out", () => {
  assert.equal(decoder.decode(backlogOf(numbered(0, 100)).take()), `line 0\n${numbered(93, 100)}`);
});

test("no more bytes are kept than need be, before they are taken", () => {
  const backlog = new Backlog(LINES, MOST);
  for (let line = 0; line < 1000; line++) {
    backlog.add(encoder.encode(`line ${line}\n`));
    assert.ok(backlog.length <= MOST);
  }
});

for (const [what, text] of Object.entries({
  "a terminal that keeps all of them": numbered(0, 5),
  "a line without an end": "x".repeat(1000),
  "an escape sequence": `\x1b[31m${numbered(0, 100)}`,
  "an escape sequence among them": `${numbered(0, 5)}\x1b[31m${numbered(5, 10)}`,
  "another set of characters": `\x0e${numbered(0, 100)}`,
  "a control character of C1": `\u009b31m${numbered(0, 100)}`,
})) {
  test(`nothing is left out: ${what}`, () => {
    assert.equal(decoder.decode(backlogOf(text).take()), text);
  });
}

test("text after an escape sequence can be left out once that is on the screen", () => {
  const backlog = backlogOf("\x1b[31mred\n");
  backlog.take();
  backlog.add(encoder.encode(numbered(0, 100)));
  assert.equal(backlog.plain, false);
  backlog.shown();
  assert.equal(backlog.plain, true);
  assert.equal(decoder.decode(backlog.take()), `line 0\n${numbered(93, 100)}`);
});

test("an escape sequence that has not ended goes on with what comes next", () => {
  const backlog = backlogOf("\x1b[");
  backlog.take();
  backlog.shown();
  const rest = `${"1\n".repeat(100)}m`;
  backlog.add(encoder.encode(rest));
  assert.equal(decoder.decode(backlog.take()), rest);
});

test("the owner may want fewer lines of what there is, and of nothing else", () => {
  const backlog = backlogOf(numbered(0, 5));
  backlog.trim(2);
  backlog.add(encoder.encode(numbered(5, 8)));
  assert.equal(decoder.decode(backlog.take()), `line 0\n${numbered(2, 8)}`);
});

test("nothing is left out where the owner says so", () => {
  const backlog = new Backlog(LINES, MOST);
  backlog.whole = true;
  backlog.add(encoder.encode(numbered(0, 100)));
  assert.equal(decoder.decode(backlog.take()), numbered(0, 100));
});

test("the screen is what it would have been, whatever is written, and whenever it is shown", () => {
  let seed = 1;
  const random = (below) => {
    seed = (seed * 48271) % 2147483647;
    return seed % below;
  };
  const pieces = ["\n", "a\n", "12\n", "long line\n", "no end", "é€\n", "£", "\x1b[3", "1m", "\x1b[0m", "\x1b", "[4\n4m"];
  let saved = 0;
  for (let round = 0; round < 3000; round++) {
    const backlog = new Backlog(LINES, MOST), shown = new Screen(), reference = new Screen();
    // Mostly text: escape sequences are written now and then.
    const kinds = round % 2 ? pieces.length : 6;
    for (let step = random(12); step >= 0; step--) {
      const text = encoder.encode(Array.from({ length: random(60) }, () => pieces[random(random(10) ? 6 : kinds)]).join(""));
      reference.write(text);
      backlog.add(text);
      saved += text.length;
      if (random(2)) {
        const taken = backlog.take(random(2) ? Infinity : random(100));
        saved -= taken.length;
        shown.write(taken);
        if (random(3)) backlog.shown();
      }
    }
    shown.write(backlog.take());
    reference.write(encoder.encode("end"));
    shown.write(encoder.encode("end"));
    assert.deepEqual(shown.rows, reference.rows, `round ${round}`);
  }
  assert.ok(saved > 100_000);
});
