// The review desk by keyboard. Single keys rest in fields and dialogs and can be switched off, which this browser keeps.
const OFF = "guatu:keys-off";
const $ = (what, place = document) => place.querySelector(what);
const dialog = $("#keys");
const box = $("[data-keys-on]");
const here = () => document.activeElement?.closest("[data-desk] > .item");

try {
  box.checked = !localStorage.getItem(OFF);
} catch {
  // Without a store the keys are on.
}

function go(step) {
  const all = [...$("[data-desk]").children];
  const at = all.indexOf(here());
  const next = all[at < 0 && step < 0 ? all.length - 1 : at + step];
  next?.focus(); // the article is named by its item, so that it is announced
  next?.scrollIntoView({ block: "nearest" });
}

function fold(open) {
  const row = here();
  const comment = row && $("details", row);
  if (!comment || (!open && !comment.open)) return;
  comment.open = open;
  (open ? $("textarea", comment) : row).focus();
}

const next = () => go(1);
const previous = () => go(-1);
const acts = {
  j: next,
  k: previous,
  ArrowDown: next,
  ArrowUp: previous,
  a: () => here() && $("[data-accept]:enabled", here())?.click(),
  r: () => fold(true),
  "?": () => dialog.showModal(),
};

addEventListener("keydown", (event) => {
  const { key, target } = event;
  if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey || dialog.open) return;
  if (key === "Escape") return fold(false);
  if (!box.checked || event.repeat || !Object.hasOwn(acts, key)) return;
  if (target.closest("input, textarea, select, [popover]")) return;
  if (key.startsWith("Arrow") && !here()) return; // elsewhere arrows scroll
  event.preventDefault();
  acts[key]();
});

function less(figure) {
  if (!figure) return;
  figure.textContent = Math.max(0, figure.textContent - 1);
  figure.closest(".btn")?.toggleAttribute("hidden", figure.textContent === "0");
}

addEventListener("htmx:beforeSwap", ({ detail: { target, xhr } }) => {
  if (xhr.status !== 200 || !target.matches("[data-report-row]")) return;
  less($(".tabs [aria-current] .count"));
  if (target.matches("[data-clean]")) less($("[data-clean-count]"));
});

box.addEventListener("change", () => (box.checked ? localStorage.removeItem(OFF) : localStorage.setItem(OFF, "1")));
$("[data-keys]").addEventListener("click", acts["?"]);
