// @ts-check
/**
 * Takes from the worker what belongs to the origin and not to a program: storage that other pages share, channels to them, further
 * threads, connections that carry the reader's cookies. Python's module `js` holds none of it; a program that finds its way to the
 * worker's globals does not find it there either. Requests stay: packages make them, and the origin answers them as it answers any of its pages.
 */

const GLOBALS = [
  "indexedDB", "caches", "cookieStore", "BroadcastChannel", "importScripts", "Worker", "SharedWorker", "WebSocket", "WebSocketStream",
  "EventSource", "WebTransport", "Notification", "webkitRequestFileSystem", "webkitRequestFileSystemSync", "webkitResolveLocalFileSystemURL",
  "webkitResolveLocalFileSystemSyncURL",
];
const OF_THE_NAVIGATOR = ["storage", "storageBuckets", "serviceWorker", "locks", "permissions", "usb", "serial", "hid"];

/** Once Pyodide has started, which looks for some of them; for good. */
export function takeOrigin() {
  for (const name of GLOBALS) take(globalThis, name);
  for (const name of OF_THE_NAVIGATOR) take(globalThis.navigator, name);
}

/** @param {object} object @param {string} name  its own property, or one that it inherits */
function take(object, name) {
  for (let at = object; at; at = Object.getPrototypeOf(at)) Reflect.deleteProperty(at, name);
}
