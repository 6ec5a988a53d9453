// @ts-check
/**
 * Python's sockets. Emscripten would make WebSockets of them, which no server of another protocol answers, and which it only
 * begins to open before it says that they are connected: a program would wait for ever, or crash the interpreter.
 */

/**
 * Connecting and listening fail, at once and everywhere with the same errors.
 * @param {any} module  Emscripten's
 */
export function cutOff({ FS, ERRNO_CODES, SOCKFS }) {
  const fail = (/** @type {number} */ errno) => () => {
    throw new FS.ErrnoError(errno);
  };
  Object.assign(SOCKFS.websocket_sock_ops, { connect: fail(ERRNO_CODES.EHOSTUNREACH), listen: fail(ERRNO_CODES.EOPNOTSUPP) });
}
