// @ts-check
/** The interpreter compiled, its script imported, the snapshot's bytes in memory. */
await Promise.all([
  WebAssembly.compileStreaming(fetch("pyodide/pyodide.asm.wasm")),
  import("./pyodide/pyodide.asm.mjs"),
  fetch("snapshot.bin").then((response) => response.arrayBuffer()),
]);
postMessage("hello, reader");
