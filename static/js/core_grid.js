/* Arrow keys go from place to place of an array. Back from the form of a core, its place has the focus. */

const STEPS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

document.addEventListener("keydown", (event) => {
  const cell = STEPS[event.key] && event.target.closest?.(".core-grid td");
  if (!cell) return;
  const [down, right] = STEPS[event.key];
  const row = cell.closest("table").rows[cell.parentElement.rowIndex + down];
  const link = row?.cells[cell.cellIndex + right]?.querySelector("a");
  if (!link) return;
  event.preventDefault();
  link.focus();
});

document.addEventListener("DOMContentLoaded", () => {
  if (/^#place-\d+-\d+$/.test(location.hash)) document.querySelector(`${location.hash} a`)?.focus();
});
