/* A bar that moves stays the same element: a screen reader reads what the bar says when it changes, not once a second
   because it is new. */

document.addEventListener("htmx:beforeSwap", (event) => {
  const shown = event.detail.target;
  if (!shown.matches(".progress")) return;
  const answer = new DOMParser().parseFromString(event.detail.xhr.responseText, "text/html");
  const parts = [".progress-label", ".progress-count", "progress"].map((part) => [
    shown.querySelector(part),
    answer.querySelector(part),
  ]);
  if (parts.some(([old, next]) => !old || !next)) return;
  event.detail.shouldSwap = false;
  for (const [old, next] of parts) {
    if (old.textContent !== next.textContent) old.textContent = next.textContent;
    for (const name of ["aria-label", "max", "value"]) {
      if (next.hasAttribute(name)) old.setAttribute(name, next.getAttribute(name));
      else old.removeAttribute(name);
    }
  }
});
