// @ts-check
/**
 * Every message between a page and its worker, and the interface of the channel that carries them. Read this first.
 *
 *      page: session.js ──PageMessage──► worker.js
 *            host channel ◄─WorkerMessage─ worker channel
 *
 * Who may block: the worker, only inside `WorkerChannel.call`, `.write` and `.sleep`. The page never blocks: it answers each
 * call when it can, at the latest when it raises a signal.
 */

/** The version of `manifest.json` and of these messages; the page refuses another. */
export const SCHEMA = 1;

/** Signal numbers (signal(7)) that the page sends. */
export const SIGINT = 2, SIGWINCH = 28;
/** Raised by the worker itself (`ticks.js`): no program can have a timer that raises it. */
export const SIGVTALRM = 26;
/** Asks an idle prompt to end, so that the worker takes messages again: the last real-time signal, which no program uses. */
export const SIGDETACH = 64;

/**
 * There is room for one signal: which of two stays. An interrupt comes first; a change of size, which can be seen later, last.
 * @param {number} pending  0 for none
 * @param {number} raised
 */
export function foremost(pending, raised) {
  const yields = raised === SIGWINCH || (pending === SIGINT && raised !== SIGINT);
  return pending && yields ? pending : raised;
}

/** Error numbers as Emscripten has them (WASI's). */
export const EAGAIN = 6, EINTR = 27, ENOTTY = 59, EIO = 29, ENOSYS = 52;

/** @import { Step } from "./steps.js" */
/** @import { Termios } from "./termios.js" */
/**
 * @typedef {"shared-memory" | "service-worker" | "jspi" | "restart"} Tier  Which channel serves the session.
 *
 * @typedef {object} Manifest                  `manifest.json`, written by the build.
 * @property {number} schema
 * @property {string} python                   e.g. "3.14.2"
 * @property {string} pyodide
 * @property {string} platform
 * @property {Record<string, {size: number, sha256: string}>} files
 * @property {Record<string, string>} shared   by a file's key in `files`: its URL relative to the bundle's folder, where it lies outside (place.js)
 * @property {string[]} code                   what a page and its worker import once a block runs, Pyodide apart
 * @property {boolean} offline                 keep what Python starts from in a cache of the site's own
 * @property {string} stdlib                   path of the standard library's zip
 * @property {string} index                    path of the packages' `Index` (site-packages.js); "" where there are none
 * @property {{path: string, image: string, front: string}[]} libraries   compiled parts of packages, to be loaded before the snapshot: where they lie,
 *           in which image, and what is loaded in their place (library.js); "" where it is they themselves
 * @property {string} snapshot                 path of the interpreter's memory; "" where the site has none
 * @property {{name: string, version: string}[]} packages
 *
 * @typedef {object} Program                   What a block asks to be run.
 * @property {"script" | "transcript" | "repl"} kind
 * @property {string} source
 * @property {string} filename                 as tracebacks name it
 * @property {string} [module]                 whose globals a new namespace begins with; "": the namespace has no `__name__`
 *
 * @typedef {object} RunMessage
 * @property {"run"} type
 * @property {Program} program
 * @property {string} namespace                blocks with the same name share their variables
 * @property {Program[]} setup                 what of it the namespace has not run yet runs first
 * @property {{name: string, url: string}[]} files   to be put into the working directory
 * @property {string} input                    what the program reads where it cannot wait for its reader
 *
 * @typedef {{type: "load", base: string, manifest: Manifest, fresh: string[], cached: boolean, compiled?: any}} LoadMessage
 *          Comes first, as soon as there is a thread. `fresh`: names of files to be fetched past the browser's cache; `cached`: the others are
 *          probably in it; `compiled`: the interpreter (a `WebAssembly.Module`), where another thread has compiled it.
 * @typedef {{type: "boot", channel: ChannelInit, environment: Record<string, string>, history: string[]}} BootMessage
 *          `history`: statements typed before, the latest last.
 * @typedef {{type: "library", image: string, module: any}} LibraryMessage   The code of a library (a `WebAssembly.Module`).
 * @typedef {{type: "forget", namespace: string}} ForgetMessage   The namespace is dropped; the next run starts it anew.
 * @typedef {{type: "bell", file: File}} BellMessage   The channel's own: one more file to look at (`channel/bell.js`).
 * @typedef {LoadMessage | BootMessage | LibraryMessage | RunMessage | ForgetMessage | BellMessage} PageMessage
 *
 * @typedef {"done" | "error" | "stopped"} Outcome   How a block ended; "error": an exception reached the top.
 *
 * @typedef {{type: "progress", step: string, loaded: number, total: number}} ProgressMessage   bytes
 * @typedef {{type: "quiet", name: string, seconds: number}} QuietMessage   Nothing of a file has arrived for so long; said every second.
 * @typedef {{type: "ready", restored: boolean, steps: Step[], compiled: any}} ReadyMessage   `restored`: from the site's snapshot; `compiled`: the interpreter.
 * @typedef {{type: "started"}} StartedMessage                         A block begins, or a statement typed at the prompt.
 * @typedef {{type: "typed", statement: string}} TypedMessage            A statement typed at the prompt, about to run.
 * @typedef {{type: "finished", outcome: Outcome, status: number | null}} FinishedMessage
 *          A block ended, or a statement typed at the prompt; `status` is the exit status where it called `sys.exit`.
 * @typedef {{type: "detached", exited: boolean}} DetachedMessage       The prompt ended; `exited`: the reader ended the session.
 * @typedef {{type: "crashed", reason: string}} CrashedMessage     The interpreter cannot go on; a sentence without its full stop.
 * @typedef {{type: "failed", reason: string, file?: string}} FailedMessage   The interpreter could not be started; the file that is to blame.
 * @typedef {{type: "offered", url: string}} OfferedMessage             The program asks the reader to open an address.
 * @typedef {{type: "drawing", command: string}} DrawingMessage       One of `drawing.js`, in JSON.
 * @typedef {{type: "starved"}} StarvedMessage                         The program read all the input it was given, and met the end.
 * @typedef {{type: "unreachable"}} UnreachableMessage                 The channel does not work: nothing was started.
 * @typedef {ProgressMessage | QuietMessage | ReadyMessage | StartedMessage | TypedMessage | FinishedMessage | DetachedMessage | CrashedMessage | FailedMessage | OfferedMessage | DrawingMessage | StarvedMessage | UnreachableMessage} WorkerMessage
 *
 * @typedef {{call: "read", max: number, wait: boolean, prompt: boolean}} ReadCall   Bytes from the terminal; none: end of file. EAGAIN where it may not
 *          wait, and there is nothing. `prompt`: it is the idle prompt that reads.
 * @typedef {{call: "poll", timeout: number, prompt: boolean}} PollCall   Is the terminal readable? timeout in ms, negative: for ever. Answers 1 or 0.
 * @typedef {{call: "pending"}} PendingCall                             How many bytes can be read (FIONREAD).
 * @typedef {{call: "flush"}} FlushCall                                 Drop what was typed and not read: tcflush(3).
 * @typedef {{call: "configure", termios: Termios, flush: boolean}} ConfigureCall   tcsetattr(3); all output before it is on the screen.
 * @typedef {ReadCall | PollCall | PendingCall | FlushCall | ConfigureCall} TerminalCall
 *
 * @typedef {{bytes: Uint8Array} | {value: number} | {errno: number}} Reply
 *
 * @typedef {{tier: "shared-memory", memory: SharedArrayBuffer} | {tier: "service-worker", url: string, key: string, columns: number, rows: number}
 *          | {tier: "jspi", port: MessagePort, columns: number, rows: number} | {tier: "restart", columns: number, rows: number}} ChannelInit
 *
 * @typedef {object} WorkerChannel             The worker's end.
 * @property {Tier} tier
 * @property {boolean} blocking                Can the program wait for the reader?
 * @property {() => number} takeSignal         A signal that was raised, once, as far as the worker knows; 0: none.
 * @property {(() => number) | undefined} checkSignal   The same, for running Python's looks (`pace.js`): it may ask the page now and then.
 * @property {(call: TerminalCall) => Reply} call       Waits for the page's answer; EINTR once a signal is pending.
 * @property {(bytes: Uint8Array, fd: number) => number} write   Bytes taken, at least one; waits only while the page is behind; -EINTR once a signal is
 *          pending. `fd`: the file descriptor written to, which a page does not tell apart.
 * @property {(ms: number) => void} sleep               Returns early when a signal is raised, and only then.
 * @property {() => {columns: number, rows: number}} size
 * @property {(input: string) => void} [supply]   Where a program cannot wait: what the next one reads.
 * @property {(imports: any, suspendable: () => boolean) => (exports: any) => void} [suspender]  Where to wait is to suspend the
 *           program: wraps its imports; `suspendable`: is it one that can be? Gives what is to be told of its exports.
 * @property {(file: File) => void} [lookAt]     Of the bell.
 * @property {(message: WorkerMessage) => void} post    Never waits. Arrives after everything written before it.
 *
 * @typedef {object} HostEvents                What the page's end asks of its owner.
 * @property {(bytes: Uint8Array) => Promise<void>} write    Output; resolves when more may come.
 * @property {(call: TerminalCall, answer: (reply: Reply) => void) => void} call
 * @property {(message: WorkerMessage) => Promise<void> | void} message   Nothing is handed on before it resolves.
 *
 * @typedef {object} HostChannel               The page's end.
 * @property {ChannelInit} init                What the worker needs to open its end.
 * @property {MessagePort[]} [transfer]               What of that is handed over.
 * @property {boolean} canSignal
 * @property {(post: (message: PageMessage) => void) => void} [begin]   The worker is there, and has been given `init`.
 * @property {(signum: number) => void} signal          Raise a signal in the worker; a call that waits is answered with EINTR.
 * @property {(columns: number, rows: number) => void} resize
 * @property {(data: unknown) => void} receive          Everything the worker posts goes in here.
 * @property {() => void} close                         The worker has gone.
 */

/**
 * The end of an exhaustive `switch`.
 * @param {never} value
 * @returns {never}
 */
export function unreachable(value) {
  throw new Error(`unexpected ${JSON.stringify(value)}`);
}
