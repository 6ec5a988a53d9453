// @ts-check
/** Pages that nobody looks at: what they hold can be let go. */

const MINUTE = 60_000;

/**
 * Call when the page has been hidden for so long without a break, and again after each further such time.
 * @param {number} minutes
 * @param {() => void} action
 */
export function whenHidden(minutes, action) {
  /** @type {ReturnType<typeof setInterval> | undefined} */
  let timer;
  document.addEventListener("visibilitychange", () => {
    clearInterval(timer);
    if (document.hidden) timer = setInterval(action, minutes * MINUTE);
  });
}
