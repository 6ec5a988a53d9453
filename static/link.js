// @ts-check
/** Addresses that a program wants the reader to see (`webbrowser.open`): links, for nothing opens without a click. */
import { offered } from "./address.js";

/** So many stay: a program may ask in a loop. */
const MOST = 5;

/** @param {HTMLElement} status  the block's sentence; the links come after it @param {string} address */
export function offerLink(status, address) {
  const href = offered(address);
  if (!href) return;
  const link = Object.assign(document.createElement("a"), { href, target: "_blank", rel: "noopener noreferrer", textContent: href });
  const line = Object.assign(document.createElement("p"), { className: "emrun-link" });
  line.append("The program asks you to open ", link);
  const links = status.parentElement?.querySelectorAll(".emrun-link") ?? [];
  if (links.length >= MOST) links[0].remove();
  ([...links].at(-1) ?? status).after(line);
}

/** @param {HTMLElement} element  a block */
export function withdrawLinks(element) {
  for (const line of element.querySelectorAll(".emrun-link")) line.remove();
}
