// Nothing typed is lost. What stands in a form with data-report is kept in this tab, and where it names data-drafts on
// the server too, until the server has confirmed it: by a 2xx answer, or by data-confirmed="<token>" on a page.
import { button, word } from "./notice.js";

const PREFIX = `guatu:draft:${word("who")}:`;
const NOT_KEPT = ["submit", "button", "image", "reset", "file", "password"];
const TICKED = ["checkbox", "radio"];
const OWN = ["draft", "drafted", "alone", "row"]; // of the page, not of what was typed
const TOKENS = ["client_token", "token"];
const PAUSE = 2000; // milliseconds without a key until the server is told

const key = (form) => PREFIX + form.dataset.report;
const field = (form, name) => form.elements.namedItem(name);
const place = (e) => (TICKED.includes(e.type) ? `${e.name}=${e.value}` : e.name);

function values(form) {
  const own = [...form.elements].filter((e) => e.name && e.name !== "csrfmiddlewaretoken" && !OWN.includes(e.name));
  const kept = own.filter((e) => !NOT_KEPT.includes(e.type));
  return kept.map((e) => [place(e), TICKED.includes(e.type) ? e.checked : e.value, e.type === "hidden" ? 1 : 0]);
}

function read(name) {
  try {
    return JSON.parse(sessionStorage.getItem(name));
  } catch {
    return null;
  }
}

export const kept = (form) => read(key(form));
export const drop = (form) => sessionStorage.removeItem(key(form));
export const all = () => Object.keys(sessionStorage).filter((name) => name.startsWith(PREFIX)).map((name) => ({ name, ...read(name) }));

// `sent`: the name of the button that sent it, as long as no answer has come; then it is sent again after a reload.
export function keep(form, sent = null) {
  const way = form.getAttribute("action");
  const draft = { fields: values(form), seen: form.dataset.saved ?? "", sent, way };
  try {
    sessionStorage.setItem(key(form), JSON.stringify(draft));
  } catch {
    // A full or forbidden store must never stand in the way of typing.
  }
}

function fill(form, fields) {
  const found = new Map(fields);
  for (const e of form.elements) {
    if (!e.name || NOT_KEPT.includes(e.type) || !found.has(place(e)) || OWN.includes(e.name)) continue;
    if (TICKED.includes(e.type)) e.checked = found.get(place(e));
    else e.value = found.get(place(e));
  }
  form.dispatchEvent(new CustomEvent("filled", { bubbles: true }));
}

function line(form, said, action, act) {
  const made = document.createElement("p");
  made.className = "message";
  made.setAttribute("role", "status");
  const done = () => {
    act();
    made.remove();
  };
  made.append(word(said), " ", button(action, done));
  form.prepend(made);
}

const seen = (fields) => JSON.stringify(fields.filter(([, , hidden]) => !hidden));

// What this tab holds is put back into a form that has come anew; the draft it is then, or null.
export function bringBack(form) {
  const draft = kept(form);
  if (!draft?.fields) return null;
  const saved = form.dataset.saved ?? "";
  if (seen(draft.fields) === seen(values(form))) {
    fill(form, draft.fields.filter(([name]) => TOKENS.includes(name))); // the same form: sent twice it is one report
    return draft;
  }
  // With a draft the server has compared versions already; without one it has to be told the one typed against.
  const use = (version) => {
    fill(form, draft.fields.filter(([name]) => version || name !== "version"));
    later(form);
  };
  if (saved && saved !== draft.seen && draft.sent === null) { // saved elsewhere since: the person chooses
    line(form, "other", "use", () => use(true));
    return null;
  }
  use(!saved);
  if (!saved) {
    line(form, "kept", "discard", () => {
      form.reset();
      drop(form);
      halt(form);
      const drafted = field(form, "drafted");
      if (drafted?.value) send(form, { draft_act: "discard" });
      if (drafted) drafted.value = "";
      say(form, "");
    });
  }
  form.closest("details")?.setAttribute("open", "");
  return draft;
}

const say = (form, text) => form.querySelectorAll("[data-draft-state]").forEach((e) => (e.textContent = text));

function send(form, more = {}, options = {}) {
  const typed = [...new FormData(form)].filter(([, value]) => typeof value === "string");
  const body = new URLSearchParams([...typed, ...Object.entries(more)]);
  return fetch(form.dataset.drafts, { method: "POST", body, headers: { "HX-Request": "true" }, ...options });
}

// Nothing of a draft goes out any more: the form itself is about to.
export function halt(form) {
  clearTimeout(form.later);
  form.later = 0;
  form.saving?.abort();
}

async function save(form, keepalive = false) {
  halt(form);
  if (!form.isConnected) return;
  const saving = (form.saving = new AbortController());
  try {
    const answer = await send(form, {}, keepalive ? { keepalive } : { signal: saving.signal });
    if (answer.status === 401) return say(form, word("ended"));
    const told = answer.ok || answer.status === 422 ? await answer.json() : { fault: word("unsaved") };
    if (told.stamp && form.saving === saving) {
      form.dataset.saved = told.stamp;
      field(form, "drafted").value = "1";
      if (kept(form)) keep(form, kept(form).sent);
    }
    say(form, told.saved || told.fault || "");
  } catch (fault) {
    if (fault.name !== "AbortError") say(form, word("unsaved"));
  }
}

export function later(form) {
  if (!form.dataset.drafts) return;
  clearTimeout(form.later);
  form.later = setTimeout(() => save(form), PAUSE);
}

addEventListener("pagehide", () => {
  for (const form of document.querySelectorAll("form[data-drafts]")) if (form.later) save(form, true);
});

// Forgets what a page confirms; `tokens` are those of the reports it names as stored.
export function confirmed(tokens) {
  for (const draft of all()) {
    const own = (draft.fields ?? []).filter(([name]) => TOKENS.includes(name)).map(([, value]) => value);
    if (own.some((token) => token && tokens.includes(token))) sessionStorage.removeItem(draft.name);
  }
}
