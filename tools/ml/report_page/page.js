"use strict";
{
  const index = document.getElementById("index");
  const finder = document.getElementById("finder");
  if (index && finder) {
    const body = index.tBodies[0];
    const lines = [...body.rows].map((row, place) => ({
      row,
      place,
      card: document.getElementById("c" + (place + 1)),
      words: (row.cells[1].textContent + " " + row.cells[2].textContent).toLowerCase(),
    }));
    const cards = document.getElementById("cards");
    const search = document.getElementById("search");
    const told = document.getElementById("told");

    const find = () => {
      const wanted = search.value.trim().toLowerCase();
      let left = 0;
      for (const line of lines) {
        const hide = !line.words.includes(wanted);
        line.row.hidden = hide;
        line.card.hidden = hide;
        left += hide ? 0 : 1;
      }
      told.textContent = wanted ? left + " of " + lines.length : "";
    };

    const value = (line, column) => {
      const cell = line.row.cells[column];
      return "v" in cell.dataset ? cell.dataset.v : cell.textContent;
    };
    const compare = (a, b) =>
      a !== "" && b !== "" && !isNaN(a) && !isNaN(b) ? a - b : a.localeCompare(b, undefined, { numeric: true });
    const sort = (head, column) => {
      const down = head.getAttribute("aria-sort") === "ascending";
      for (const other of index.tHead.rows[0].cells) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      lines.sort((a, b) => {
        const order = compare(value(a, column), value(b, column)) * (down ? -1 : 1);
        return order || a.place - b.place;
      });
      body.append(...lines.map((line) => line.row));
      cards.append(...lines.map((line) => line.card));
    };

    [0, 1, 2, 3, 4].forEach((column) => {
      const head = index.tHead.rows[0].cells[column];
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = head.textContent;
      button.addEventListener("click", () => sort(head, column));
      head.replaceChildren(button);
    });
    search.addEventListener("input", find);
    finder.hidden = false;
  }
}
