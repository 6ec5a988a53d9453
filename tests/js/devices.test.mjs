/** A signal in C's sleep, which asks a clock again and again until it is over: it ends there whenever it comes. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { TerminalDevice } from "../../static/devices.js";

const SIGINT = 2, EXCEPTION = 77;

/** The device in an interpreter whose handler of signals raises, and that interpreter's part of a sleep. */
function sleeper() {
  const it = { signal: 0, waits: 0, /** @type {(() => unknown)[]} */ pending: [], /** @type {unknown} */ raised: null };
  const channel = {
    sleep: () => void it.waits++,
    takeSignal: () => [it.signal, it.signal = 0][0],
  };
  const device = new TerminalDevice(/** @type {any} */ (channel));
  const env = { __syscall_poll() {}, __syscall_ioctl() {}, __syscall_fcntl64() {}, emscripten_get_now: () => NaN };
  const wasi = { clock_time_get: () => 0 };
  device.wrapImports({ env, wasi_snapshot_preview1: wasi });
  device.install({
    FS: { createDevice: { major: 1 }, makedev() {}, registerDevice() {}, unlink() {}, mkdev() {}, close() {}, getStream() {}, analyzePath: () => ({ exists: true }), open: () => ({}), dupStream() {} },
    _PyErr_SetInterruptEx() {},
    _PyGILState_Ensure() {},
    _PyGILState_Release() {},
    _PyErr_CheckSignals: () => -1,
    _PyErr_GetRaisedException: () => EXCEPTION,
    _PyErr_SetRaisedException: (/** @type {unknown} */ error) => void (it.raised = error),
    addFunction: (/** @type {unknown} */ raise) => raise,
    _Py_AddPendingCall: (/** @type {(error: number) => unknown} */ call, /** @type {number} */ error) => it.pending.push(() => call(error)) && 0,
  });
  return Object.assign(it, {
    /** emscripten_thread_sleep().  @param {number} ms @returns {boolean} it ended, within a thousand looks at the clock */
    sleeps(ms) {
      const start = env.emscripten_get_now();
      for (let looks = 0; looks < 1000; looks++) {
        if (!(env.emscripten_get_now() - start < ms)) return true;
      }
      return false;
    },
    /** time.sleep()'s way to it. */
    asksTheTime: () => wasi.clock_time_get(),
    /** Python runs on. */
    runsOn: () => it.pending.splice(0).forEach((call) => call()),
  });
}

test("a sleep that a handler ended raises as soon as Python runs on, and the next one lasts", () => {
  const python = sleeper();
  python.signal = SIGINT;
  assert.ok(python.sleeps(60_000));
  assert.equal(python.raised, null);
  python.runsOn();
  assert.equal(python.raised, EXCEPTION);
  assert.equal(python.sleeps(60_000), false);
});

test("a signal at the first look at the clock, right after another sleep", () => {
  const python = sleeper();
  assert.ok(python.sleeps(0));
  python.signal = SIGINT;
  assert.ok(python.sleeps(60_000));
  python.runsOn();
  assert.equal(python.raised, EXCEPTION);
});

test("sleeps that follow each other before Python runs on end too", () => {
  const python = sleeper();
  python.signal = SIGINT;
  assert.ok(python.sleeps(60_000) && python.sleeps(60_000));
});

test("Python's own sleep waits in its loop alone", () => {
  const python = sleeper();
  for (let times = 0; times < 10; times++) {
    python.asksTheTime();
    const { waits } = python;
    python.sleeps(0);
    assert.equal(python.waits - waits, 1);
  }
});
