// Arrow keys walk from cell to cell in a table marked data-walk; Home and End go to the ends of the row.
document.querySelectorAll("table[data-walk]").forEach((table) => {
  const cell = (row, column) => table.tBodies[0]?.rows[row]?.cells[column];
  const stand = (target) => {
    table.querySelectorAll("[tabindex='0']").forEach((each) => each.setAttribute("tabindex", "-1"));
    target.setAttribute("tabindex", "0");
    target.focus();
    target.scrollIntoView({ block: "nearest", inline: "nearest" });
  };
  const first = cell(0, 0);
  if (!first) return;
  first.setAttribute("tabindex", "0");
  table.addEventListener("keydown", (event) => {
    const here = event.target.closest("th, td");
    if (!here || event.altKey || event.ctrlKey || event.metaKey) return;
    const row = here.parentElement.sectionRowIndex;
    const column = here.cellIndex;
    const wanted = {
      ArrowUp: [row - 1, column], ArrowDown: [row + 1, column], ArrowLeft: [row, column - 1],
      ArrowRight: [row, column + 1], Home: [row, 0], End: [row, here.parentElement.cells.length - 1],
    }[event.key];
    const target = wanted && cell(...wanted);
    if (!target) return;
    event.preventDefault();
    stand(target);
  });
});
