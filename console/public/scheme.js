// Before anything is drawn: the colours that were chosen, else those of the system. A file of its own, since no inline script may run.
(() => {
  var chosen = null;
  try {
    chosen = localStorage.getItem("portico-scheme");
  } catch (_) {
    // Storage may be forbidden; the system's scheme will do.
  }
  var dark = chosen === "dark" || (chosen !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.setAttribute("data-mantine-color-scheme", dark ? "dark" : "light");
})();
