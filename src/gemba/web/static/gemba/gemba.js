/* What makes pages quick: dialogs, the palette, file progress. Every page works without it. */
"use strict";

const sheet = document.getElementById("sheet");
const palette = document.getElementById("palette");

/* From here on links ask in a dialog; htmx listens for the same moment, and was told of it first. */
document.addEventListener("DOMContentLoaded", () => { document.documentElement.dataset.awake = ""; });

/* A question asked in a dialog instead of on a page of its own. */
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.target === sheet && !sheet.open) sheet.showModal();
  const first = event.target.querySelector?.("[autofocus], .errors a, input:not([type=hidden]), select, textarea");
  if (event.target === sheet || event.target.closest?.("form")) first?.focus();
});

/* A redirect followed behind the scenes (signed out, for instance) belongs in the window, not in a dialog. */
document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr, pathInfo } = event.detail;
  const answered = xhr.responseURL && new URL(xhr.responseURL).pathname;
  if (answered && answered !== new URL(pathInfo.requestPath, location).pathname) {
    event.detail.shouldSwap = false;
    location.assign(xhr.responseURL);
  }
});

document.addEventListener("click", (event) => {
  const closer = event.target.closest("[data-close]");
  if (closer?.closest("dialog[open]")) {
    event.preventDefault();
    closer.closest("dialog").close();
  }
  if (event.target.closest("[data-palette]") && palette) {
    event.preventDefault();
    openPalette();
  }
  if (event.target.closest("[data-print]")) print();
  const gone = event.target.closest("[data-dismiss]");
  if (gone) gone.closest(".toast").remove();
});

function openPalette() {
  if (sheet?.open) return;
  if (!palette.open) palette.showModal();
  const input = palette.querySelector("input");
  input.select();
  if (!palette.querySelector(".hits a")) window.htmx?.trigger(input, "show");
}

document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.key.toLowerCase() === "k" && palette) {
    event.preventDefault();
    openPalette();
  }
});

/* Arrow keys walk through what the palette found; Enter in the field takes the first. */
palette?.addEventListener("keydown", (event) => {
  const hits = [...palette.querySelectorAll(".hits a")];
  const at = hits.indexOf(document.activeElement);
  const move = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (move && hits.length) {
    event.preventDefault();
    const to = at + move;
    (to < 0 ? palette.querySelector("input") : hits[Math.min(to, hits.length - 1)]).focus();
  }
});
palette?.querySelector("form").addEventListener("submit", (event) => {
  const first = palette.querySelector(".hits a");
  if (first) {
    event.preventDefault();
    location.assign(first.href);
  }
});

/* A passkey proves the signer instead of what can be typed. */
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-passkey]");
  if (!button) return;
  const options = JSON.parse(button.dataset.passkey);
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options.publicKey ?? options);
  try {
    const answer = await navigator.credentials.get({ publicKey });
    button.form.elements.passkey.value = JSON.stringify(answer.toJSON());
    button.form.requestSubmit();
  } catch {
    button.blur(); /* the person closed the browser's own question; the page stays as it is */
  }
});

/* Filters act as soon as they are chosen; without this file there is a button. */
document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-auto]");
  if (form && event.target.matches("select")) form.requestSubmit();
});

/* Files: a place to drop them, and how much has arrived. */
for (const name of ["dragover", "dragleave", "drop"]) {
  document.addEventListener(name, (event) => {
    const area = event.target.closest?.(".upload");
    if (!area) return;
    area.classList.toggle("over", name === "dragover");
    if (name === "dragover") event.preventDefault();
    if (name === "drop" && event.dataTransfer.files.length) {
      event.preventDefault();
      area.querySelector("input[type=file]").files = event.dataTransfer.files;
    }
  });
}
document.addEventListener("htmx:xhr:progress", (event) => {
  const bar = event.target.querySelector?.("progress");
  if (bar && event.detail.lengthComputable && event.detail.total) {
    bar.hidden = false;
    bar.value = event.detail.loaded / event.detail.total;
  }
});

/* A second click while the first is on its way sends nothing twice. A download leaves the page standing, so it opens again. */
const AGAIN = 4000;
document.addEventListener("submit", (event) => {
  const sent = event.target;
  if (event.defaultPrevented || sent.method !== "post") return;
  if (sent.ariaBusy === "true") {
    event.preventDefault();
    return;
  }
  sent.ariaBusy = "true";
  setTimeout(() => { sent.ariaBusy = null; }, AGAIN);
});
window.addEventListener("pageshow", () => document.querySelectorAll("form[aria-busy]").forEach((each) => { each.ariaBusy = null; }));

/* Where something typed was wrong, the keyboard is at the list of it; a text that is being edited is reached by its label. */
document.querySelector("main form .errors a")?.focus();
document.addEventListener("click", (event) => {
  const named = event.target.closest(".errors a[href^='#']");
  const field = named && document.getElementById(named.hash.slice(1));
  if (!field) return;
  event.preventDefault();
  if (field.hidden) document.querySelector(`label[for="${field.id}"]`)?.click();
  else (field.matches("input, select, textarea") ? field : field.querySelector("input, select, textarea"))?.focus();
});

/* What was typed survives a sign-out: kept in this tab until the form has arrived. Never passwords, never files. */
const KEPT = "gemba:typed:";
const keepable = (field) => field.name && !/^(csrf|password|code|seen|seq|version)/.test(field.name) && !["hidden", "file", "password", "submit", "button"].includes(field.type);
const chosen = (field) => ["checkbox", "radio"].includes(field.type);
const called = (field) => (field.type === "radio" ? `${field.name}=${field.value}` : field.name);
const said = (field) => (chosen(field) ? field.checked : field.value);
const say = (field, value) => (chosen(field) ? (field.checked = value) : (field.value = value));
const goesTo = (form) => new URL(form.getAttribute("action") || location.href, location.href).pathname;
const keeping = () => [...document.querySelectorAll("form[data-keep]")];
/* By where it goes and which of several: the page after signing in may be another one that asks the same. */
const keptAs = (form) => `${KEPT}${goesTo(form)}#${keeping().filter((each) => goesTo(each) === goesTo(form)).indexOf(form)}`;
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || !form.matches("[data-keep]")) return;
  const typed = [...form.elements].filter(keepable).map((field) => [called(field), said(field)]);
  try {
    sessionStorage.setItem(keptAs(form), JSON.stringify(typed));
  } catch {
    sessionStorage.removeItem(keptAs(form)); /* a text longer than a browser keeps */
  }
});
const forget = (name) => name.startsWith(KEPT) && sessionStorage.removeItem(name);
const undone = document.querySelector("[data-undone]"); /* nothing was done with it, and there is a way back */
if (document.querySelector(".toast.success")) Object.keys(sessionStorage).forEach(forget);
for (const form of keeping()) {
  if (form.querySelector(".errors")) continue;
  const typed = new Map(JSON.parse(sessionStorage.getItem(keptAs(form)) ?? "[]"));
  window.gembaRows?.(form, [...typed.keys()]);
  for (const field of [...form.elements].filter(keepable)) if (typed.has(called(field))) say(field, typed.get(called(field)));
}
if (!undone) {
  const here = new Set(keeping().map(keptAs));
  Object.keys(sessionStorage).filter((name) => !here.has(name)).forEach(forget);
}
