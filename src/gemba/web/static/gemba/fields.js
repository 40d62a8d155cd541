/* Tables to fill in and texts to write. Without this file the server moves the rows, and a text is typed as HTML. */
"use strict";

(() => {
  const ROW = "__row__";
  const rowsOf = (group) => [...group.querySelectorAll("tbody > tr")];
  const patternOf = (group) => group.querySelector("template").content.querySelector("tr");
  const fieldsOf = (row) => [...row.querySelectorAll("input, select, textarea")];
  const partOf = (control, group) => control.name.slice(group.dataset.lines.length + 1);

  /* Names, identifiers and spoken labels say in which line a control stands. */
  function renumber(group) {
    const pattern = patternOf(group);
    rowsOf(group).forEach((row, number) => {
      for (const button of row.querySelectorAll("button")) {
        button.value = number;
        button.setAttribute("aria-label", pattern.querySelector(`[name="${button.name}"]`).getAttribute("aria-label").replace(ROW, number + 1));
      }
      for (const field of fieldsOf(row)) {
        const column = partOf(field, group).replace(/^[^-]+-/, "");
        const like = pattern.querySelector(`[name="${group.dataset.lines}-${ROW}-${column}"]`);
        field.name = like.name.replace(ROW, number);
        field.id = like.id.replace(ROW, number);
        field.setAttribute("aria-label", like.getAttribute("aria-label").replace(ROW, number + 1));
      }
    });
  }

  function add(group) {
    const rows = rowsOf(group);
    if (rows.length >= Number(group.dataset.most)) return null;
    const row = patternOf(group).cloneNode(true);
    group.querySelector("tbody").append(row);
    renumber(group);
    return row;
  }

  function change(button, group) {
    const row = button.closest("tr");
    const what = button.name.slice(group.dataset.lines.length + 1);
    if (what === "more") {
      fieldsOf(add(group) ?? group)[0]?.focus();
      return;
    }
    if (what === "up") row.previousElementSibling?.before(row);
    if (what === "down") row.nextElementSibling?.after(row);
    if (what === "drop") {
      const next = row.nextElementSibling ?? row.previousElementSibling;
      row.remove();
      fieldsOf(next ?? add(group))[0]?.focus();
    }
    renumber(group);
    if (what !== "drop") button.focus();
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-lines] button");
    if (!button) return;
    event.preventDefault();
    change(button, button.closest("[data-lines]"));
  });

  /* Whoever writes in the last line gets another one. */
  document.addEventListener("input", (event) => {
    const group = event.target.closest?.("[data-lines]");
    if (group && event.target.closest("tr") === rowsOf(group).at(-1)) add(group);
  });

  /* As many rows as were typed before a sign-out. */
  window.gembaRows = (form, names) => {
    for (const group of form.querySelectorAll("[data-lines]")) {
      const start = `${group.dataset.lines}-`;
      const numbers = names.filter((name) => name.startsWith(start)).map((name) => Number(name.slice(start.length).split("-")[0]));
      const most = Math.max(-1, ...numbers.filter(Number.isInteger));
      while (rowsOf(group).length <= most && add(group));
    }
  };

  /* The editor is large, so it comes only where a text is to be written. */
  function write(root) {
    const texts = [...root.querySelectorAll?.("textarea[data-richtext]:not([data-editing])") ?? []];
    if (!texts.length) return;
    for (const text of texts) text.dataset.editing = "soon";
    import("./editor.js").then(
      (editor) => texts.forEach((text) => editor.edit(text)),
      (error) => console.warn("The editor could not be loaded; the text is typed as HTML.", error),
    );
  }
  document.addEventListener("htmx:afterSettle", (event) => write(event.target));
  document.addEventListener("DOMContentLoaded", () => write(document));
})();
