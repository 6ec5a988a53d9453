// @ts-check
/*
 * For pages whose blocks cannot run: says why, in each block. A classic script in the language of 2009, because where it is needed
 * main.js does not run: from a file, in a sandboxed frame, in a browser that is too old.
 */
(function () {
  var NEEDED = /** @type {[string, boolean][]} */ ([
    ["module scripts", "noModule" in HTMLScriptElement.prototype],
    ["WebAssembly", typeof WebAssembly === "object"],
    ["DecompressionStream", typeof DecompressionStream === "function"],
    ["adopted style sheets", "adoptedStyleSheets" in document],
  ]);
  /** How long, in ms, blocks wait for their buttons without a word. */
  var PATIENCE = 10000;
  var NEWER = "A current Firefox, Chrome, Edge or Safari can.";

  /** @returns {string} why blocks cannot run here; "" where nothing is known against it */
  function obstacle() {
    if (location.protocol === "file:") {
      return (
        "Opened from a file, this page cannot run Python: browsers load its scripts from a server only. In the folder of the site's " +
        "first page, the command “python -m http.server” makes one; then open http://localhost:8000/."
      );
    }
    // An opaque origin is "null".
    if (self.origin === "null") return "The frame that shows this page keeps it from running Python. Open the page by itself.";
    for (var i = 0; i < NEEDED.length; i++) {
      if (!NEEDED[i][1]) return "This browser cannot run Python here: it has no " + NEEDED[i][0] + ". " + NEWER;
    }
    return "";
  }

  /** @param {string} text  for every block that has no buttons @param {boolean} final  they get none any more */
  function say(text, final) {
    var blocks = document.querySelectorAll(".emrun");
    for (var i = 0; i < blocks.length; i++) {
      var status = blocks[i].querySelector(".emrun-status"), toolbar = blocks[i].querySelector(".emrun-toolbar");
      if (!status || !toolbar || !(/** @type {HTMLElement} */ (toolbar).hidden)) continue;
      if (blocks[i].hasAttribute("data-emrun-unsupported")) continue;
      status.textContent = text;
      if (final) blocks[i].setAttribute("data-emrun-unsupported", "");
    }
  }

  var known = obstacle();
  if (known) return say(known, true);
  var problem = "This page's scripts could not be loaded, so its examples do not run. Reload the page to try again.";
  addEventListener("error", function (event) {
    if (event.error instanceof SyntaxError && event.filename.indexOf("/emrun/") >= 0) {
      problem = "This browser does not understand the scripts that run Python: it is too old, or they are damaged. " + NEWER;
    }
  });
  // Module scripts have run by then, or have failed.
  addEventListener("load", function () {
    say(problem, true);
  });
  // While they are on their way, `load` is late, too. Once they are there, the blocks say something else.
  setTimeout(function () {
    say("The scripts that run this page's examples have not come yet. Where they do not come at all, reload the page.", false);
  }, PATIENCE);
})();
