// @ts-check
/** A field for what a program reads, in a block where it cannot wait for its reader. */

/** Show the field; what is in it already stays.  @param {HTMLElement} element  a block's */
export function askForInput(element) {
  if (element.querySelector(".emrun-input")) return;
  const label = document.createElement("label"), field = document.createElement("textarea");
  label.className = "emrun-input";
  label.append("Input for this program, one line each", field);
  Object.assign(field, { rows: 3, spellcheck: false, autocapitalize: "off" });
  element.querySelector(".emrun-status")?.after(label);
}

/** What was filled in.  @param {HTMLElement} element */
export function suppliedInput(element) {
  return element.querySelector(".emrun-input")?.querySelector("textarea")?.value ?? "";
}

/** Remove the field.  @param {HTMLElement} element */
export function forgetInput(element) {
  element.querySelector(".emrun-input")?.remove();
}
