// Report forms: steps, "done", and nothing typed is lost (drafts.js) nor sent twice (sending.js).
import { bringBack, confirmed, keep, later } from "./drafts.js";
import { remind, resume } from "./sending.js";

function prepare(place) {
  confirmed([...document.querySelectorAll("[data-confirmed]")].map((e) => e.dataset.confirmed));
  const forms = [...place.querySelectorAll("form[data-report]")];
  if (place.matches?.("form[data-report]")) forms.push(place);
  for (const form of forms) {
    if (form.prepared) continue; // htmx tells of the page as a whole, too
    form.prepared = true;
    if (form.dataset.bound !== undefined) { // the server gave the typed text back: it is the newest
      keep(form);
      later(form);
      continue;
    }
    const draft = bringBack(form);
    if (draft) resume(form, draft);
  }
}

document.addEventListener("input", ({ target }) => {
  if (!target.form?.matches("[data-report]")) return;
  keep(target.form);
  later(target.form);
});
document.addEventListener("change", ({ target }) => {
  // Said before anything is sent; the server looks again, and at what is in the file.
  if (!target.dataset?.tooLarge) return;
  const large = [...target.files].some((file) => file.size > target.dataset.limit);
  if (large) target.value = "";
  target.setCustomValidity(large ? target.dataset.tooLarge : "");
  target.reportValidity();
});
addEventListener("htmx:load", (event) => prepare(event.detail.elt));

document.addEventListener("click", ({ target }) => {
  const step = target.closest("[data-step]");
  const input = step?.closest(".step").querySelector("input");
  if (!input) return;
  const next = (parseFloat(input.value) || 0) + Number(step.dataset.step);
  input.value = String(Math.round(Math.min(100, Math.max(0, next)) * 100) / 100);
  input.dispatchEvent(new Event("input", { bubbles: true }));
});

document.addEventListener("change", ({ target }) => {
  // "Done" is a tick box, or one of several statuses: choosing another one takes it back.
  const done = target.form?.querySelector("[data-done]");
  if (!done || target.name !== done.name) return;
  const progress = target.form.querySelector(".step input");
  const day = target.form.querySelector(".when-done input");
  if (progress && done.checked) {
    done.dataset.before = progress.value;
    progress.value = "100";
  } else if (progress && done.dataset.before !== undefined) {
    progress.value = done.dataset.before;
    delete done.dataset.before;
  }
  if (day) day.value = done.checked ? day.value || (target.form.dataset.today ?? "") : "";
  keep(target.form);
  later(target.form);
});

prepare(document);
remind();
