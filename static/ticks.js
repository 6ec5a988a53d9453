// @ts-check
/** A clock for programs that have to look after something now and then, and have no thread for it (`_emrun/redrawing.py`). */
import { SIGVTALRM } from "./protocol.js";

/** @import { WorkerChannel } from "./protocol.js" */

/**
 * A channel that raises a signal every so often, besides those that the page raises; a sleep that it ends goes on (PEP 475).
 * @param {WorkerChannel} channel
 * @returns {{channel: WorkerChannel, tickEvery: (ms: number) => void}} `tickEvery`: from now on; 0 for never
 */
export function withTicks(channel) {
  let period = 0, due = Infinity;

  function tick() {
    const now = due < Infinity ? performance.now() : 0;
    if (now < due) return 0;
    due = now + period;
    return SIGVTALRM;
  }

  const { takeSignal, checkSignal = () => 0, sleep } = channel;
  return {
    channel: {
      ...channel,
      takeSignal: () => takeSignal() || tick(),
      checkSignal: () => checkSignal() || tick(),
      sleep(ms) {
        const left = due < Infinity ? due - performance.now() : Infinity;
        if (left > 0) sleep(Math.min(ms, left)); // else the signal is there
      },
    },
    tickEvery(ms) {
      period = ms;
      due = ms ? performance.now() + ms : Infinity;
    },
  };
}
