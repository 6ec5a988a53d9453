/**
 * Runs programs for a terminal on pty.js. Each line of the standard input is a list of steps; the answer, a line too, is what was
 * done and what could be seen after each: a step for every byte typed, for a kernel's terminal takes what arrives at once together.
 */
import { createInterface } from "node:readline";
import { Pty } from "../../static/pty.js";
import * as t from "../../static/termios.js";

const bytes = (hex) => Uint8Array.from(Buffer.from(hex, "hex"));
const hex = (data) => (data === null ? null : Buffer.from(data).toString("hex"));

class Run {
  done = [];
  #screen = [];
  /** That the last byte typed arrived could be seen: by its echo, or by what can be read. */
  #seen = true;
  #pending = 0;
  #readable = false;
  #pty = new Pty({
    output: (data) => this.#screen.push(data),
    signal() {},
    readable() {},
  });

  /** @param {{type: string} | {write: string} | {read: number} | {set: object, flush: boolean}} step */
  take(step) {
    if ("type" in step) {
      for (const byte of bytes(step.type)) this.#did({ type: hex([byte]) }, () => this.#pty.input(Uint8Array.of(byte)));
    } else if ("read" in step) {
      this.#read(step.read);
    } else if ("set" in step) {
      this.#settle();
      const { termios } = this.#pty;
      for (const [index, byte] of Object.entries(step.set.c_cc)) termios.c_cc[Number(index)] = byte;
      this.#did(step, () => this.#pty.configure({ ...termios, ...step.set, c_cc: termios.c_cc }, { flush: step.flush }));
    } else if (!this.#pty.stopped) {
      this.#settle();
      this.#did(step, () => this.#pty.write(bytes(step.write)));
    }
  }

  /** What cannot be seen has to be waited for: a kernel does it when it is asked for input and has none. */
  #settle() {
    if (!this.#seen) while (this.#pty.readable) this.#read(4096);
  }

  #read(max) {
    const { c_lflag, c_cc } = this.#pty.termios;
    this.#did({ read: max }, () => ({ data: hex(this.#pty.take(max) ?? (c_lflag & t.ICANON || c_cc[t.VMIN] ? null : [])) }));
  }

  #did(step, act) {
    const { data } = act() ?? {};
    const { pending, readable } = this.#pty, screen = Buffer.concat(this.#screen);
    const changed = screen.length > 0 || pending !== this.#pending || readable !== this.#readable;
    if ("type" in step) this.#seen = changed;
    else if (!readable) this.#seen = true;
    this.done.push({ ...step, ...(data === undefined ? {} : { data }), screen: hex(screen), pending, readable });
    this.#screen = [];
    this.#pending = pending;
    this.#readable = readable;
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  const run = new Run();
  for (const step of JSON.parse(line)) run.take(step);
  console.log(JSON.stringify(run.done));
}
