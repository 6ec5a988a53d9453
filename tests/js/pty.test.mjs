/** The line discipline, as a table: what is typed or written, what the screen is sent, what the program reads. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Pty } from "../../static/pty.js";
import * as t from "../../static/termios.js";

const encoder = new TextEncoder(), decoder = new TextDecoder();

/** A terminal with everything it did written down. */
function terminal(change = () => {}) {
  const log = { screen: "", signals: [], wakeups: 0 };
  const shown = new TextDecoder();
  const pty = new Pty({
    output: (bytes) => (log.screen += shown.decode(bytes, { stream: true })),
    signal: (signum) => log.signals.push(signum),
    readable: () => log.wakeups++,
  });
  const termios = pty.termios;
  change(termios);
  pty.configure(termios);
  log.wakeups = 0;
  return { log, pty, type: (text) => pty.input(encoder.encode(text)), write: (text) => pty.write(encoder.encode(text)), read: (max = 100) => text(pty.read(max)) };
}

const text = (bytes) => (bytes === null ? null : decoder.decode(bytes));
const raw = (termios) => {
  termios.c_lflag &= ~(t.ICANON | t.ECHO | t.ISIG | t.IEXTEN);
  termios.c_iflag &= ~(t.ICRNL | t.IXON);
  termios.c_oflag &= ~t.OPOST;
};

/** name: [typed, screen, what one read after the other gets] */
const CANONICAL = {
  "a line": ["abc\r", "abc\r\n", ["abc\n", null]],
  "no line yet": ["abc", "abc", [null]],
  "two lines, one read each": ["a\rb\r", "a\r\nb\r\n", ["a\n", "b\n", null]],
  "erase": ["ab\x7fc\r", "ab\b \bc\r\n", ["ac\n"]],
  "erase on an empty line": ["\x7fa\r", "a\r\n", ["a\n"]],
  "erase a character of two bytes": ["é\x7fa\r", "é\b \ba\r\n", ["a\n"]],
  "erase a character of four bytes": ["😀\x7fa\r", "😀\b \ba\r\n", ["a\n"]],
  "erase a control character": ["\x01\x7fa\r", "^A\b \b\b \ba\r\n", ["a\n"]],
  "erase a tab": ["a\t\x7fb\r", "a\t\b\b\b\b\b\b\bb\r\n", ["ab\n"]],
  "erase a word": ["one two \x17x\r", "one two \b \b\b \b\b \b\b \bx\r\n", ["one x\n"]],
  "kill the line": ["abc\x15d\r", "abc\b \b\b \b\b \bd\r\n", ["d\n"]],
  "a literal character": ["a\x16\x03b\r", "a^\b^Cb\r\n", ["a\x03b\n"]],
  "reprint": ["ab\x12c\r", "ab^R\r\nabc\r\n", ["abc\n"]],
  "end of file on an empty line": ["\x04", "", ["", null]],
  "end of file in a line": ["ab\x04c\r", "abc\r\n", ["ab", "c\n", null]],
  "end of file twice in a line": ["ab\x04\x04", "ab", ["ab", "", null]],
  "a newline from the keyboard": ["a\n", "a\r\n", ["a\n"]],
  "a control character": ["a\x01\r", "a^A\r\n", ["a\x01\n"]],
};

for (const [name, [typed, screen, reads]] of Object.entries(CANONICAL)) {
  test(`canonical: ${name}`, () => {
    const { log, type, read } = terminal();
    type(typed);
    assert.equal(log.screen, screen);
    assert.deepEqual(reads.map(() => read()), reads);
  });
}

test("a line is read in parts", () => {
  const { type, read } = terminal();
  type("abcdef\r");
  assert.deepEqual([read(4), read(4), read(4)], ["abcd", "ef\n", null]);
});

for (const [key, signum] of [["\x03", 2], ["\x1c", 3], ["\x1a", 20]]) {
  test(`signal ${signum} drops what was typed`, () => {
    const { log, type, read } = terminal();
    type(`done\rabc${key}d\r`);
    assert.deepEqual(log.signals, [signum]);
    assert.deepEqual([read(), read()], ["d\n", null]);
  });
}

test("NOFLSH keeps what was typed", () => {
  const { type, read } = terminal((termios) => (termios.c_lflag |= t.NOFLSH));
  type("abc\x03d\r");
  assert.equal(read(), "abcd\n");
});

test("without ISIG Ctrl-C is a character", () => {
  const { log, type, read } = terminal((termios) => (termios.c_lflag &= ~t.ISIG));
  type("\x03\r");
  assert.deepEqual([log.signals, log.screen, read()], [[], "^C\r\n", "\x03\n"]);
});

test("without ECHO nothing is shown, with ECHONL line ends are", () => {
  const { log, type, read } = terminal((termios) => {
    termios.c_lflag &= ~t.ECHO;
    termios.c_lflag |= t.ECHONL;
  });
  type("secret\x7f\r");
  assert.deepEqual([log.screen, read()], ["\r\n", "secre\n"]);
});

test("raw: bytes come as they are typed", () => {
  const { log, type, read } = terminal(raw);
  type("a\x03\r\x7fé");
  assert.deepEqual([log.screen, log.signals, read()], ["", [], "a\x03\r\x7fé"]);
});

test("raw: VMIN waits for that many bytes", () => {
  const { pty, type, read } = terminal((termios) => {
    raw(termios);
    termios.c_cc[t.VMIN] = 3;
  });
  type("ab");
  assert.deepEqual([pty.readable, read()], [false, null]);
  type("c");
  assert.deepEqual([pty.readable, read()], [true, "abc"]);
});

test("leaving canonical mode makes the line begun readable", () => {
  const { log, pty, type, read } = terminal();
  type("ab");
  const termios = pty.termios;
  raw(termios);
  pty.configure(termios);
  assert.deepEqual([log.wakeups, read()], [1, "ab"]);
});

test("TCSAFLUSH drops what was not read", () => {
  const { pty, type, read } = terminal();
  type("one\rtwo");
  pty.configure(pty.termios, { flush: true });
  type("x\r");
  assert.equal(read(), "x\n");
});

test("output: ONLCR, tabs and backspaces pass", () => {
  const { log, write } = terminal();
  write("a\nb\r\tc\b");
  assert.equal(log.screen, "a\r\nb\r\tc\b");
});

test("output: much at once is what it is byte by byte", () => {
  const text = `${"é\tx\r\b".repeat(3)}\n\n\x1b[1m${"long ".repeat(500)}\nlast\ttab`;
  for (const flags of [t.OPOST | t.ONLCR, t.OPOST | t.ONLCR | t.XTABS, t.OPOST | t.OCRNL, t.OPOST, 0]) {
    const [whole, bytewise] = [0, 1].map(() => terminal((termios) => (termios.c_oflag = flags)));
    whole.write(text);
    for (const byte of new TextEncoder().encode(text)) bytewise.pty.write(Uint8Array.of(byte));
    for (const { type } of [whole, bytewise]) type("\ta\x7f\x7f");
    assert.equal(whole.log.screen, bytewise.log.screen);
  }
});

test("output: raw passes as it is", () => {
  const { log, write } = terminal(raw);
  write("a\nb");
  assert.equal(log.screen, "a\nb");
});

test("output: XTABS counts columns, also of characters of several bytes", () => {
  const { log, write } = terminal((termios) => (termios.c_oflag |= t.XTABS));
  write("é\t|");
  assert.equal(log.screen, "é       |");
});

test("Ctrl-S holds output, Ctrl-Q lets it go", () => {
  const { log, type, write } = terminal();
  type("\x13");
  write("held\n");
  assert.equal(log.screen, "");
  type("\x11");
  assert.equal(log.screen, "held\r\n");
});

test("a megabyte typed at once arrives whole", () => {
  const { pty } = terminal(raw);
  const sent = Uint8Array.from({ length: 1 << 20 }, (_, index) => index % 251);
  pty.input(sent);
  assert.equal(pty.pending, sent.length);
  const parts = [];
  for (let part; (part = pty.read(65536));) parts.push(...[part]);
  assert.deepEqual(Buffer.concat(parts), Buffer.from(sent));
});

test("a waiting reader is told once per line", () => {
  const { log, type } = terminal();
  type("abc");
  assert.equal(log.wakeups, 0);
  type("\r");
  assert.equal(log.wakeups, 1);
});
