// @ts-check
/**
 * Lines that the page has sent before they were asked for: where every question takes milliseconds, a program that reads a
 * thousand pasted lines must not ask a thousand times. It still gets one line a read, as from any terminal.
 */
import { SIGINT } from "../protocol.js";
import { ICANON } from "../termios.js";

/** @import { Answer } from "./questions.js" */
/** @import { Reply, TerminalCall } from "../protocol.js" */

export class ReadAhead {
  /** One read's bytes each; none: an end of file. @type {Uint8Array[]} */ #reads = [];
  #canonical = true;

  /**
   * What the page has answered, as the device wants it; what it sent besides is kept.
   * @param {TerminalCall} call
   * @param {NonNullable<Answer["reply"]>} reply
   * @returns {Reply}
   */
  answered(call, { errno, bytes, value = 0, ahead = [] }) {
    if (errno !== undefined) return { errno };
    if (!bytes) return { value: value + (call.call === "pending" ? this.#pending : 0) };
    for (const read of ahead) this.#reads.push(Uint8Array.from(read));
    return { bytes: Uint8Array.from(bytes) };
  }

  /** Should the page send what it has beside the reply? Only lines: keys belong to whoever reads them. @param {TerminalCall} call */
  wanted(call) {
    return call.call === "read" && this.#canonical;
  }

  /**
   * The reply to a call, where it needs no question. It is to be told of every call.
   * @param {TerminalCall} call
   * @returns {Reply | null}
   */
  reply(call) {
    if (call.call === "configure") this.#canonical = (call.termios.c_lflag & ICANON) !== 0;
    if (call.call === "flush" || (call.call === "configure" && call.flush)) this.#reads = [];
    if (!this.#reads.length) return null;
    switch (call.call) {
      case "read": return { bytes: this.#take(call.max) };
      case "poll": return { value: 1 };
      default: return null;
    }
  }

  /** How many bytes are here. */
  get #pending() {
    return this.#reads.reduce((sum, bytes) => sum + bytes.length, 0);
  }

  /** An interrupt drops what was typed.  @param {number} signum */
  learn(signum) {
    if (signum === SIGINT) this.#reads = [];
  }

  /** @param {number} max */
  #take(max) {
    const [bytes] = this.#reads, taken = bytes.subarray(0, max);
    if (taken.length < bytes.length) this.#reads[0] = bytes.subarray(max);
    else this.#reads.shift();
    return taken;
  }
}
