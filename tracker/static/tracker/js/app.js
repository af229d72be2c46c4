// Every page: theme, questions before something final, and a word when the network or the server fails.
import "./theme.js";
import "./dialog.js";
import { notice, unnotice } from "./notice.js";

const focusRefused = (place) => place.querySelector?.(".field.bad :is(input, select, textarea):not([type=hidden])")?.focus();
focusRefused(document);

addEventListener("htmx:afterSwap", ({ target }) => focusRefused(target)); // detail.target may be what was replaced
addEventListener("htmx:sendError", () => notice("offline"));
addEventListener("htmx:responseError", ({ detail: { xhr } }) => {
  if (xhr.getResponseHeader("X-Refused") === "old-form") notice("old", { action: "reload", act: () => location.reload() });
  else notice(xhr.status === 403 ? "refused" : "failed", { kind: "error", extra: xhr.getResponseHeader("X-Reference") });
});
addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.successful) unnotice();
});
