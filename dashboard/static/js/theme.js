// Light, dark, or as the system says; runs before the page is drawn, so it is no module.
(() => {
  const NAMES = ["system", "light", "dark"];
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const root = document.documentElement;
  let chosen = "system";
  try {
    chosen = NAMES.find((name) => name === localStorage.getItem("theme")) ?? "system";
  } catch {
    // A browser may forbid storage; the system's theme will do.
  }

  function apply() {
    root.dataset.theme = chosen === "system" ? (dark.matches ? "dark" : "light") : chosen;
    const button = document.getElementById("theme");
    if (button) button.textContent = `Theme: ${chosen}`;
  }

  function next() {
    chosen = NAMES[(NAMES.indexOf(chosen) + 1) % NAMES.length];
    try {
      localStorage.setItem("theme", chosen);
    } catch {
      // Then it lasts until the page is closed.
    }
    apply();
  }

  dark.addEventListener("change", apply);
  document.addEventListener("DOMContentLoaded", () => {
    document.getElementById("theme").addEventListener("click", next);
    apply();
  });
  apply();
})();
