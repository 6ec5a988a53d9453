// @ts-check
/** Pyodide as its documentation says: `loadPyodide` with its defaults, but for where the output goes. */
import { loadPyodide } from "./pyodide/pyodide.mjs";

const starting = loadPyodide({ stdout: (line) => postMessage(line) });
addEventListener("message", async ({ data: [source, wheels] }) => {
  const pyodide = await starting;
  if (wheels.length) await pyodide.loadPackage(wheels, { messageCallback() {} });
  pyodide.runPython(source);
});
