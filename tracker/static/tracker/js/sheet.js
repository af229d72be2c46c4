// While a large sheet is being sent: how far it is, and a way to stop it. The answer to the form itself ends it.
const form = document.querySelector("form[data-sending]");
const shown = form?.querySelector("[data-progress]");

async function look() {
  const { done, total } = await fetch(form.dataset.sending).then((r) => r.json()).catch(() => ({}));
  if (total) {
    const [bar, text] = [shown.querySelector("progress"), shown.querySelector("[data-text]")];
    bar.max = total;
    bar.value = done;
    text.textContent = text.dataset.text.replace("{done}", done).replace("{total}", total);
    shown.hidden = false;
  }
  setTimeout(look, 500);
}

form?.addEventListener("submit", ({ submitter }) => {
  if (submitter?.hasAttribute("formaction")) return;
  setTimeout(() => form.querySelectorAll("button:not([data-stop])").forEach((one) => (one.disabled = true)));
  setTimeout(look, 300);
});
form?.querySelector("[data-stop]")?.addEventListener("click", ({ target }) => {
  target.disabled = true;
  const csrfmiddlewaretoken = form.querySelector("[name=csrfmiddlewaretoken]").value;
  fetch(form.dataset.sending, { method: "POST", body: new URLSearchParams({ csrfmiddlewaretoken }), redirect: "manual" });
});
addEventListener("pageshow", ({ persisted }) => persisted && location.reload());
