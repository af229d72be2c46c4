// The review desk by keyboard: j k ↓ ↑ between reports, a accepts, r returns, Esc closes, ? shows the keys.
// Single keys rest in fields and dialogs, and can be switched off; the choice is kept in this browser.
const OFF = "guatu:keys-off";
const dialog = document.getElementById("keys");
const box = dialog.querySelector("[data-keys-on]");

function off(value) {
  try {
    if (value === undefined) return localStorage.getItem(OFF) === "1";
    if (value) localStorage.setItem(OFF, "1");
    else localStorage.removeItem(OFF);
  } catch {
    // Without a store the keys are on.
  }
  return Boolean(value);
}

const desk = document.querySelector("[data-desk]");
const rows = () => [...desk.querySelectorAll(":scope > .item")];
const here = () => document.activeElement?.closest("[data-desk] > .item");

function go(step) {
  const all = rows();
  const at = all.indexOf(here());
  const next = all[at < 0 ? (step > 0 ? 0 : all.length - 1) : at + step];
  if (!next) return;
  if (!next.hasAttribute("tabindex")) next.tabIndex = -1;
  next.focus({ preventScroll: true }); // the article is named by its item, so that it is announced
  next.scrollIntoView({ block: "nearest" });
}

function openReturn(row) {
  const comment = row.querySelector("details");
  if (!comment) return;
  comment.open = true;
  comment.querySelector("textarea").focus();
}

function close() {
  const row = here();
  const comment = row?.querySelector("details[open]");
  if (!comment) return false;
  comment.open = false;
  row.focus();
  return true;
}

const acts = {
  j: () => go(1),
  k: () => go(-1),
  ArrowDown: () => go(1),
  ArrowUp: () => go(-1),
  a: () => here()?.querySelector("[data-accept]:not(:disabled)")?.click(),
  r: () => here() && openReturn(here()),
  "?": () => dialog.showModal(),
};

addEventListener("keydown", (event) => {
  const { key, target } = event;
  if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (dialog.open) return; // the dialog closes itself
  if (key === "Escape") {
    if (close()) event.preventDefault();
    return;
  }
  if (off() || event.repeat || !Object.hasOwn(acts, key)) return;
  if (target.closest("input, textarea, select, [contenteditable], [popover]")) return;
  if (key.startsWith("Arrow") && !here()) return; // elsewhere arrows scroll
  event.preventDefault();
  acts[key]();
});

function less(figure) {
  if (!figure) return;
  const left = Math.max(0, Number(figure.textContent) - 1);
  figure.textContent = left;
  if (figure.matches("[data-clean-count]")) figure.closest("a").hidden = !left;
}

addEventListener("htmx:beforeSwap", ({ detail: { target, xhr } }) => {
  if (xhr.status !== 200 || !target.matches("[data-report-row]")) return;
  less(document.querySelector(".tabs [aria-current] .count"));
  if (target.matches("[data-clean]")) less(document.querySelector("[data-clean-count]"));
});

box.checked = !off();
box.addEventListener("change", () => off(!box.checked));
document.querySelector("[data-keys]").addEventListener("click", () => dialog.showModal());
