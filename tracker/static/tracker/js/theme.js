// Light or dark. The server reads the cookie and writes the attribute, so the next page is right from its first paint.

const root = document.documentElement;
const tell = () => document.dispatchEvent(new CustomEvent("guatu:theme"));

function choose(name) {
  if (name === "auto") root.removeAttribute("data-theme");
  else root.dataset.theme = name;
  document.cookie = `theme=${name}; path=/; max-age=${name === "auto" ? 0 : 31536000}; samesite=lax`;
  tell();
}

for (const set of document.querySelectorAll("[data-theme-switch]")) {
  const chosen = set.querySelector(`[value="${root.dataset.theme || "auto"}"]`);
  if (chosen) chosen.checked = true;
  set.addEventListener("change", (event) => choose(event.target.value));
}
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", tell);
