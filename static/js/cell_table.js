/* A table that is filled in: arrow keys and Enter go from cell to cell, and cells copied from a spreadsheet are pasted
   into as many cells from here on. Left and right leave a cell at the ends of its text. */

const CELL = ".cell-table tbody td input:not([type=checkbox], [type=radio], [type=hidden])";

const inputAt = (table, row, column) => table.tBodies[0].rows[row]?.cells[column]?.querySelector(CELL);

function place(input) {
  const cell = input.closest("td");
  return { table: cell.closest("table"), row: cell.parentElement.sectionRowIndex, column: cell.cellIndex };
}

function goTo(input) {
  input.focus();
  input.select();
}

function beside(input, step) {
  const all = [...input.closest("tr").querySelectorAll(CELL)];
  return all[all.indexOf(input) + step];
}

function below(input) {
  const { table, row, column } = place(input);
  const next = inputAt(table, row + 1, column);
  if (next) return next;
  const top = [...(table.tBodies[0].rows[0]?.querySelectorAll(CELL) ?? [])];
  return top.find((one) => one.closest("td").cellIndex > column) ?? input.form.querySelector("[type=submit], button");
}

function target(event, input) {
  const { table, row, column } = place(input);
  const whole = input.selectionStart === 0 && input.selectionEnd === input.value.length;
  if (event.key === "Enter") return below(input);
  if (event.key === "ArrowDown") return inputAt(table, row + 1, column);
  if (event.key === "ArrowUp") return inputAt(table, row - 1, column);
  if (event.key === "ArrowLeft" && (whole || input.selectionEnd === 0)) return beside(input, -1);
  if (event.key === "ArrowRight" && (whole || input.selectionStart === input.value.length)) return beside(input, 1);
  return undefined;
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || event.isComposing) return;
  if (!event.target.matches?.(CELL)) return;
  const next = target(event, event.target);
  if (!next) return;
  event.preventDefault();
  if (next.matches(CELL)) goTo(next);
  else next.focus();
});

document.addEventListener("paste", (event) => {
  if (!event.target.matches?.(CELL)) return;
  const text = event.clipboardData.getData("text/plain").replace(/\r\n?/g, "\n").replace(/\n$/, "");
  if (!/[\t\n]/.test(text)) return;
  event.preventDefault();
  const { table, row } = place(event.target);
  const start = [...event.target.closest("tr").querySelectorAll(CELL)].indexOf(event.target);
  text.split("\n").forEach((line, down) => {
    const fields = table.tBodies[0].rows[row + down]?.querySelectorAll(CELL) ?? [];
    const from = fields.length - event.target.closest("tr").querySelectorAll(CELL).length + start;
    line.split("\t").forEach((value, right) => {
      const field = fields[from + right];
      if (field) field.value = value.trim();
    });
  });
});
