// Report forms: steps, "done", and nothing typed is lost. What stands in a form with data-report is kept in this tab
// until the server has confirmed it: by a 2xx answer to htmx, or by data-confirmed="<client_token>" on a page.
import { button, notice, unnotice, word } from "./notice.js";

const PREFIX = `guatu:draft:${word("who")}:`;
const NOT_KEPT = ["submit", "button", "image", "reset", "file", "password"];
const waiting = new Map(); // form → the button that sent it

const key = (form) => PREFIX + form.dataset.report;
const drop = (form) => sessionStorage.removeItem(key(form));

function controls(form) {
  return [...form.elements].filter((e) => e.name && e.name !== "csrfmiddlewaretoken" && !NOT_KEPT.includes(e.type));
}

function values(form) {
  return controls(form).map((e) => [e.name, e.type, ["checkbox", "radio"].includes(e.type) ? e.checked : e.value]);
}

function keep(form) {
  try {
    sessionStorage.setItem(key(form), JSON.stringify(values(form)));
  } catch {
    // A full or forbidden store must never stand in the way of typing.
  }
}

function kept(form) {
  try {
    return JSON.parse(sessionStorage.getItem(key(form)));
  } catch {
    return null;
  }
}

function bringBack(form) {
  const draft = kept(form);
  if (!draft || JSON.stringify(draft) === JSON.stringify(values(form))) return;
  controls(form).forEach((e, i) => {
    const [name, type, value] = draft[i] ?? [];
    if (name !== e.name || type !== e.type) return;
    if (typeof value === "boolean") e.checked = value;
    else e.value = value;
  });
  const line = document.createElement("p");
  line.className = "message";
  line.setAttribute("role", "status");
  line.append(word("kept"), " ", button("discard", () => {
    form.reset();
    drop(form);
    line.remove();
  }));
  form.prepend(line);
  form.closest("details")?.setAttribute("open", "");
}

function prepare(place) {
  const confirmed = [...document.querySelectorAll("[data-confirmed]")].map((e) => e.dataset.confirmed);
  for (const name of Object.keys(sessionStorage).filter((n) => n.startsWith(PREFIX))) {
    if (confirmed.some((token) => token && sessionStorage.getItem(name).includes(token))) sessionStorage.removeItem(name);
  }
  const forms = [...place.querySelectorAll("form[data-report]")];
  if (place.matches?.("form[data-report]")) forms.push(place);
  for (const form of forms) {
    if (form.dataset.bound !== undefined) keep(form); // the server gave the typed text back: it is the newest
    else bringBack(form);
  }
}

function sendWaiting() {
  const all = [...waiting];
  waiting.clear();
  unnotice();
  for (const [form, submitter] of all) if (form.isConnected) form.requestSubmit(submitter);
}

function wait(form, submitter) {
  keep(form);
  waiting.set(form, submitter ?? null);
  notice("offline", { action: "again", act: sendWaiting });
}

document.addEventListener("input", ({ target }) => target.form?.matches("[data-report]") && keep(target.form));
document.addEventListener("change", ({ target }) => {
  // Said before anything is sent; the server looks again, and at what is in the file.
  if (!target.dataset?.tooLarge) return;
  const large = [...target.files].some((file) => file.size > target.dataset.limit);
  if (large) target.value = "";
  target.setCustomValidity(large ? target.dataset.tooLarge : "");
  target.reportValidity();
});
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-report]")) return;
  keep(form);
  // Without a file the short form of a request will do: the server reads it much quicker.
  const chosen = form.querySelector("[type=file]")?.files.length;
  form.enctype = chosen ? "multipart/form-data" : "application/x-www-form-urlencoded";
  form.sentBy = event.submitter;
  if (navigator.onLine) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  wait(form, event.submitter);
}, true);
addEventListener("online", sendWaiting);
addEventListener("htmx:sendError", ({ detail: { elt } }) => elt.matches("form[data-report]") && wait(elt, elt.sentBy));
addEventListener("htmx:beforeSwap", ({ detail }) => {
  const form = detail.requestConfig?.elt;
  if (form?.matches("form[data-report]") && detail.xhr.status < 300) drop(form);
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
});

prepare(document);
