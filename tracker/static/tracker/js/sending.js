// A report sent without a connection waits and goes out by itself, once: the token in its form makes one report of it
// however often it is sent. With data-again also after the page was loaded anew in between.
import { all, drop, halt, keep } from "./drafts.js";
import { notice, unnotice } from "./notice.js";

const FIRST = 4000, LONGEST = 60000; // milliseconds until the next attempt
const PATIENCE = 20000; // milliseconds for an answer; a form with files has as long as it takes
const AWAY = [502, 503, 504]; // the server is being restarted, or its database is
const waiting = new Map(); // form → the button that sent it
let pause = FIRST, timer = 0;

function sendWaiting() {
  clearTimeout(timer);
  if (!navigator.onLine) return;
  const ready = [...waiting].filter(([form]) => form.isConnected);
  waiting.clear();
  if (!ready.length) return unnotice();
  notice("sending", { kind: "info" });
  for (const [form, submitter] of ready) form.requestSubmit(submitter?.isConnected ? submitter : null);
}

function wait(form, submitter) {
  keep(form, form.dataset.again === undefined ? null : (submitter?.name ?? ""));
  waiting.set(form, submitter ?? null);
  notice("offline", { action: "again", act: sendWaiting });
  clearTimeout(timer);
  timer = setTimeout(sendWaiting, pause);
  pause = Math.min(pause * 2, LONGEST);
}

// A form that was under way when its page went, now back with what was typed in it.
export function resume(form, draft) {
  if (draft.sent === null || form.dataset.again === undefined) return;
  waiting.set(form, draft.sent ? form.querySelector(`button[name="${draft.sent}"]`) : null);
  setTimeout(sendWaiting, 300);
}

// Forms under way that this page does not show.
export function remind() {
  const shown = new Set([...document.querySelectorAll("form[data-report]")].map((form) => form.dataset.report));
  const left = all().find((draft) => draft.way && draft.sent !== null && !shown.has(draft.name.split(":").pop()));
  if (left) notice("unsent", { action: "open", act: () => location.assign(left.way) });
}

const own = (elt) => elt?.matches?.("form[data-report]");
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!own(form)) return;
  halt(form);
  form.sentBy = event.submitter;
  if (event.submitter?.name === "draft_act") return void drop(form);
  keep(form, form.dataset.again === undefined ? null : (event.submitter?.name ?? ""));
  // Without a file the short form of a request will do: the server reads it much quicker.
  const chosen = form.querySelector("[type=file]")?.files.length;
  form.enctype = chosen ? "multipart/form-data" : "application/x-www-form-urlencoded";
  if (navigator.onLine) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  wait(form, event.submitter);
}, true);
addEventListener("online", sendWaiting);
addEventListener("htmx:configRequest", ({ detail }) => {
  if (own(detail.elt) && detail.elt.enctype !== "multipart/form-data") detail.timeout = PATIENCE;
});
for (const lost of ["htmx:sendError", "htmx:timeout"])
  addEventListener(lost, ({ detail: { elt } }) => own(elt) && wait(elt, elt.sentBy));
addEventListener("htmx:responseError", ({ detail: { elt, xhr } }) => {
  if (own(elt) && AWAY.includes(xhr.status)) wait(elt, elt.sentBy);
});
addEventListener("htmx:beforeOnLoad", ({ detail: { elt, xhr } }) => {
  if (!own(elt)) return;
  pause = FIRST;
  if (xhr.status < 300) drop(elt);
  else keep(elt); // answered: it does not go out again by itself
});
