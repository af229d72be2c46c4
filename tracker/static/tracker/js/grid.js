// The grid: Enter and the arrow keys move from cell to cell, cells copied from Excel are pasted over several, and rows
// that were touched are marked. Everything works without it.
const CELL = ":is(td, .same) :is(input, select)";
const cells = (row) => [...row.querySelectorAll("td :is(input, select)")];
const at = (row, right) => (right === -1 ? row.querySelector(".same input") : cells(row)[right]); // -1: "no change"
const rows = (table) => [...table.tBodies[0].rows];
const place = (cell) => {
  const row = cell.closest("tr");
  return [rows(cell.closest("table")).indexOf(row), cells(row).indexOf(cell)];
};

function go(table, down, right) {
  const row = rows(table)[down];
  const cell = row && at(row, right);
  if (!cell) return false;
  cell.focus();
  if (cell.select) cell.select();
  return true;
}

function mark(row) {
  const said = [...row.querySelectorAll(CELL)];
  const touched = said.some((e) =>
    e.type === "checkbox" ? e.checked
      : e.tagName === "SELECT" ? e.selectedIndex !== Math.max(0, [...e.options].findIndex((o) => o.defaultSelected))
        : e.value !== e.defaultValue);
  row.classList.toggle("touched", touched || row.dataset.drafted !== undefined);
}

function put(cell, text) {
  if (cell.readOnly) return !text.trim();
  if (cell.type === "checkbox") {
    cell.checked = /^(1|x|y|是|√|✓|true)$/i.test(text.trim());
  } else if (cell.tagName === "SELECT") {
    const found = [...cell.options].find((o) => o.text.trim() === text.trim() || o.value === text.trim());
    if (!found) return false;
    cell.value = found.value;
  } else {
    cell.value = text.trim();
  }
  return true;
}

function begin(table) {
  table.dataset.grid = "ready";
  table.addEventListener("keydown", (event) => {
    const cell = event.target.closest(CELL);
    if (!cell || event.altKey || event.ctrlKey || event.metaKey) return;
    const [down, right] = place(cell);
    const text = cell.tagName === "INPUT" && cell.type !== "checkbox";
    const atStart = !text || (cell.selectionStart === 0 && cell.selectionEnd === 0);
    const atEnd = !text || cell.selectionStart === cell.value.length;
    let moved = false;
    if (event.key === "Enter") moved = go(table, down + (event.shiftKey ? -1 : 1), right) || text;
    else if (event.key === "ArrowDown" && cell.tagName !== "SELECT") moved = go(table, down + 1, right);
    else if (event.key === "ArrowUp" && cell.tagName !== "SELECT") moved = go(table, down - 1, right);
    else if (event.key === "ArrowLeft" && atStart) moved = go(table, down, right - 1);
    else if (event.key === "ArrowRight" && atEnd) moved = go(table, down, right + 1);
    if (moved) event.preventDefault();
  });

  table.addEventListener("paste", (event) => {
    const cell = event.target.closest(CELL);
    const text = event.clipboardData?.getData("text/plain") ?? "";
    const lines = text.replace(/\r\n?/g, "\n").replace(/\n$/, "").split("\n").map((line) => line.split("\t"));
    if (!cell || (lines.length === 1 && lines[0].length === 1)) return;
    event.preventDefault();
    const [down, right] = place(cell);
    lines.forEach((line, i) => {
      const row = rows(table)[down + i];
      if (!row) return;
      line.forEach((value, j) => {
        const into = at(row, right + j);
        if (into && !put(into, value)) into.closest("td, th").classList.add("bad");
      });
      mark(row);
    });
    cell.form.dispatchEvent(new Event("input", { bubbles: true }));
  });

  table.addEventListener("input", (event) => mark(event.target.closest("tr")));
  rows(table).forEach(mark);
}

// Also for a grid that comes back in place of the one that was sent.
const look = () => document.querySelectorAll('table[data-grid=""]').forEach(begin);
addEventListener("htmx:load", look);
addEventListener("filled", ({ target }) => target.querySelectorAll("table[data-grid] tbody tr").forEach(mark));
look();
