/* The form of an IHC reading: adds the percentages up while they are typed, and takes the fields out of the way that do
   not apply to what could not be scored. Without it the form says the same after it was sent. */

const MAY_MISS = 0.1;

const parts = (form) => [...form.querySelectorAll("[data-adds-up]")];

function sumOf(form) {
  const last = parts(form).find((input) => input.dataset.sumLabel);
  const shown = form.querySelector("output.sum") ?? document.createElement("output");
  if (!shown.isConnected) {
    shown.className = "sum";
    last.closest(".field").append(shown);
  }
  return { shown, label: last.dataset.sumLabel };
}

function addUp(form) {
  const values = parts(form).map((input) => input.value);
  const { shown, label } = sumOf(form);
  const filled = values.filter((value) => value !== "");
  const total = Math.round(filled.reduce((sum, value) => sum + Number(value), 0) * 100) / 100;
  shown.textContent = filled.length ? `${label}: ${total} %` : "";
  shown.classList.toggle("wrong", filled.length === 4 && Math.abs(total - 100) > MAY_MISS + 1e-9);
}

function applies(form) {
  const select = form.querySelector("select[data-scored]");
  const scored = select.value === select.dataset.scored;
  for (const input of form.querySelectorAll("[data-only-scored]")) {
    const field = input.closest(".field");
    input.disabled = !scored;
    field.querySelector(".does-not-apply")?.remove();
    if (scored) continue;
    const note = document.createElement("span");
    note.className = "does-not-apply";
    note.textContent = input.dataset.onlyScored;
    field.querySelector("label")?.append(" ", note);
  }
}

function begin(root) {
  for (const select of root.querySelectorAll("select[data-scored]")) {
    applies(select.form);
    addUp(select.form);
  }
}

document.addEventListener("input", (event) => {
  if (event.target.matches("[data-adds-up]")) addUp(event.target.form);
});
document.addEventListener("change", (event) => {
  if (event.target.matches("select[data-scored]")) applies(event.target.form);
});
document.addEventListener("DOMContentLoaded", () => begin(document));
document.addEventListener("htmx:afterSwap", () => begin(document));
