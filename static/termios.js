// @ts-check
/**
 * The terminal settings of termios(3), with the flag values and the order of `c_cc` that musl (hence the interpreter) uses on
 * Linux, and the settings a terminal has when a shell is given it.
 *
 * @typedef {{c_iflag: number, c_oflag: number, c_cflag: number, c_lflag: number, c_cc: number[]}} Termios
 */

/** Input modes. */
export const IGNBRK = 0o1, BRKINT = 0o2, ISTRIP = 0o40, INLCR = 0o100, IGNCR = 0o200, ICRNL = 0o400, IXON = 0o2000, IXANY = 0o4000, IMAXBEL = 0o20000, IUTF8 = 0o40000;
/** Output modes. */
export const OPOST = 0o1, ONLCR = 0o4, OCRNL = 0o10, ONOCR = 0o20, ONLRET = 0o40, XTABS = 0o14000;
/** Control modes. */
export const CS8 = 0o60, CREAD = 0o200, B38400 = 0o17;
/** Local modes. */
export const ISIG = 0o1, ICANON = 0o2, ECHO = 0o10, ECHOE = 0o20, ECHOK = 0o40, ECHONL = 0o100, NOFLSH = 0o200, ECHOCTL = 0o1000, ECHOKE = 0o4000, IEXTEN = 0o100000;
/** Indices of `c_cc`. */
export const VINTR = 0, VQUIT = 1, VERASE = 2, VKILL = 3, VEOF = 4, VTIME = 5, VMIN = 6, VSTART = 8, VSTOP = 9, VSUSP = 10, VEOL = 11, VREPRINT = 12, VDISCARD = 13, VWERASE = 14, VLNEXT = 15, VEOL2 = 16;
/** The length of `c_cc` (musl's NCCS). */
export const NCCS = 32;
/** A `c_cc` entry with this value is off (POSIX's _POSIX_VDISABLE). */
export const VDISABLE = 0;

/** @returns {Termios} The settings of a new terminal: cooked, echoing, UTF-8. */
export function cookedTermios() {
  const c_cc = new Array(NCCS).fill(VDISABLE);
  const keys = { [VINTR]: 3, [VQUIT]: 28, [VERASE]: 127, [VKILL]: 21, [VEOF]: 4, [VTIME]: 0, [VMIN]: 1, [VSTART]: 17, [VSTOP]: 19,
    [VSUSP]: 26, [VREPRINT]: 18, [VDISCARD]: 15, [VWERASE]: 23, [VLNEXT]: 22 };
  for (const [index, key] of Object.entries(keys)) c_cc[Number(index)] = key;
  return {
    c_iflag: ICRNL | IXON | IUTF8,
    c_oflag: OPOST | ONLCR,
    c_cflag: B38400 | CS8 | CREAD,
    c_lflag: ISIG | ICANON | ECHO | ECHOE | ECHOK | ECHOCTL | ECHOKE | IEXTEN,
    c_cc,
  };
}

/** Those in force. */
export class Settings {
  termios = cookedTermios();

  /** Is an input mode on?  @param {number} flag */
  input(flag) {
    return (this.termios.c_iflag & flag) !== 0;
  }

  /** Is a local mode on?  @param {number} flag */
  local(flag) {
    return (this.termios.c_lflag & flag) !== 0;
  }

  /** Is `byte` the control character at `index` of c_cc?  @param {number} byte @param {number} index */
  is(byte, index) {
    return this.termios.c_cc[index] !== VDISABLE && byte === this.termios.c_cc[index];
  }
}
