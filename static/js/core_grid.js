/* Arrow keys go from place to place of an array. Back from the form of a core, its place has the focus. */

const STEPS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

document.addEventListener("keydown", (event) => {
  const cell = STEPS[event.key] && event.target.closest?.(".core-grid td");
  if (!cell) return;
  event.preventDefault();
  neighbour(cell, ...STEPS[event.key])?.focus();
});

/* The link of the next place in that direction which has one. */
function neighbour(cell, down, right) {
  const { rows } = cell.closest("table");
  let row = cell.parentElement.rowIndex + down;
  let column = cell.cellIndex + right;
  while (rows[row]?.cells[column]) {
    const link = rows[row].cells[column].querySelector("a");
    if (link) return link;
    row += down;
    column += right;
  }
  return null;
}

document.addEventListener("DOMContentLoaded", () => {
  if (/^#place-\d+-\d+$/.test(location.hash)) document.querySelector(`${location.hash} a`)?.focus();
});
