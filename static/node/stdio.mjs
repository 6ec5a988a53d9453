// @ts-check
// The standard output and error of this process as Pyodide stream handlers: blocking and unbuffered, like write(2).
import fs from "node:fs";
import tty from "node:tty";

const RETRY_MS = 10;
const cell = new Int32Array(new SharedArrayBuffer(4));

/**
 * Call a synchronous file operation, waiting while the descriptor is not ready: a parent process may hand over a
 * non-blocking pipe or terminal.
 * @param {() => number} operation
 */
function whenReady(operation) {
  for (;;) {
    try {
      return operation();
    } catch (error) {
      if (/** @type {NodeJS.ErrnoException} */ (error).code !== "EAGAIN") throw error;
      Atomics.wait(cell, 0, 0, RETRY_MS);
    }
  }
}

/**
 * @param {1 | 2} fd
 * @returns {{isatty: boolean, write(buffer: Uint8Array): number, getTerminalSize(): {rows: number, columns: number}}}
 */
export function output(fd) {
  const isatty = tty.isatty(fd);
  return {
    isatty,
    // All of it: Pyodide takes a short write for a complete one.
    write(buffer) {
      let done = 0;
      while (done < buffer.length) done += whenReady(() => fs.writeSync(fd, buffer, done));
      return done;
    },
    getTerminalSize() {
      const [columns, rows] = isatty ? new tty.WriteStream(fd).getWindowSize() : [80, 24];
      return { rows, columns };
    },
  };
}
