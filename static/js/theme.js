/* Light or dark: the system decides until the person does. Runs before the first paint, so nothing flashes.
   The admin reads the same key ("auto", "light" or "dark"), so one choice holds everywhere. */

(() => {
  const root = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)");
  const chosen = () => localStorage.getItem("theme") ?? "auto";
  const isDark = () => (chosen() === "auto" ? system.matches : chosen() === "dark");

  function apply() {
    root.dataset.theme = chosen();
    // The API's documentation goes by this class.
    root.classList.toggle("dark-mode", isDark());
    for (const button of document.querySelectorAll("[data-theme-toggle]")) {
      button.hidden = false;
      button.setAttribute("aria-pressed", String(isDark()));
    }
    document.dispatchEvent(new Event("theme-changed"));
  }

  function toggle() {
    const wanted = isDark() ? "light" : "dark";
    const systemWants = system.matches ? "dark" : "light";
    localStorage.setItem("theme", wanted === systemWants ? "auto" : wanted);
    apply();
  }

  apply();
  system.addEventListener("change", apply);
  document.addEventListener("DOMContentLoaded", apply);
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-theme-toggle]")) toggle();
  });
})();
