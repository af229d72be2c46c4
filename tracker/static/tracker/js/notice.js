// A notice at the foot of the page. Its words stand in the page (#words), in the reader's language.

export const word = (key) => document.getElementById("words")?.dataset[key] ?? "";

export function notice(key, { kind = "warning", extra = "", action = "", act = null } = {}) {
  unnotice();
  const box = document.createElement("div");
  box.id = "notice";
  box.className = `message offline ${kind}`;
  box.setAttribute("role", "alert");
  document.getElementById("main").append(box);
  box.textContent = [word(key), extra].filter(Boolean).join(" "); // after it is in the page, so that it is announced
  if (act) box.append(" ", button(action, act));
}

export function unnotice() {
  document.getElementById("notice")?.remove();
}

export function button(key, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "btn";
  made.textContent = word(key);
  made.addEventListener("click", act);
  return made;
}
