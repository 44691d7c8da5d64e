"use strict";
// A click on a heading sorts its table: first as one reads, then the other way round.
for (const button of document.querySelectorAll("table.sortable thead button")) {
  button.addEventListener("click", () => {
    const heading = button.closest("th");
    const column = [...heading.parentElement.children].indexOf(heading);
    const down = heading.getAttribute("aria-sort") === "ascending";
    for (const other of heading.parentElement.children) other.removeAttribute("aria-sort");
    heading.setAttribute("aria-sort", down ? "descending" : "ascending");
    const body = heading.closest("table").tBodies[0];
    const key = (row) => row.cells[column].dataset.sort ?? row.cells[column].textContent.trim();
    const order = (a, b) => key(a).localeCompare(key(b), undefined, { numeric: true });
    const numbers = (a, b) => Number(key(a)) - Number(key(b));
    const rows = [...body.rows];
    const numeric = rows.every((row) => key(row) !== "" && Number.isFinite(Number(key(row))));
    rows.sort(numeric ? numbers : order);
    body.append(...(down ? rows.reverse() : rows));
  });
}
