/* Forms that htmx opens in the place of their section. Esc leaves: at once when nothing was typed, otherwise it goes to
   Cancel first. A closed place gives the focus back to the button that adds. */

const placeOf = (element) => element.closest?.(".entry-place");
const opener = (place) => place.closest(".records")?.querySelector("[data-entry-open]");
const typedInto = new WeakSet();

function close(place) {
  place.replaceChildren();
  opener(place).focus();
}

function settled(place) {
  for (const said of document.querySelectorAll(".entry-place .messages")) if (!place.contains(said)) said.remove();
  const form = place.querySelector("form");
  if (form) form.querySelector("[aria-invalid=true]")?.focus();
  else opener(place)?.focus();
}

document.addEventListener("click", (event) => {
  const place = event.target.closest?.("[data-entry-close]") && placeOf(event.target);
  if (!place || !opener(place)) return;
  event.preventDefault();
  close(place);
});

document.addEventListener("keydown", (event) => {
  const place = event.key === "Escape" && !event.defaultPrevented && placeOf(event.target);
  if (!place || !opener(place)) return;
  const cancel = place.querySelector("[data-entry-close]");
  if (typedInto.has(event.target.closest("form")) && event.target !== cancel) cancel.focus();
  else close(place);
});

document.addEventListener("input", (event) => {
  if (placeOf(event.target)) typedInto.add(event.target.form);
});

document.addEventListener("htmx:beforeRequest", (event) => {
  event.target.closest("details.menu")?.removeAttribute("open");
});

/* An answer without the place, such as the page to sign in, must not take away what was typed. */
document.addEventListener("htmx:beforeSwap", (event) => {
  const { target, serverResponse } = event.detail;
  if (!target.matches(".entry-place") || serverResponse.includes(`id="${target.id}"`)) return;
  event.detail.shouldSwap = false;
  failed(event);
});

function failed(event) {
  const { elt } = event.detail.requestConfig ?? event.detail;
  const sentence = elt.querySelector("[data-entry-failed]");
  if (sentence) sentence.hidden = false;
  else if (elt.matches("a[hx-get]")) location.assign(elt.href);
}

document.addEventListener("htmx:responseError", failed);
document.addEventListener("htmx:sendError", failed);
document.addEventListener("htmx:afterSettle", (event) => {
  if (event.target.matches(".entry-place")) settled(event.target);
});
