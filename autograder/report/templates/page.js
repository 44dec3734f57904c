"use strict";
// Sorting, filtering and hot keys of the class page; everything else is in the HTML itself.
(() => {
  const say = document.getElementById("said");
  const zh = () => document.getElementById("lang-zh").checked;
  const value = (row, k) => row.cells[k].dataset.value ?? row.cells[k].textContent.trim();
  for (const table of document.querySelectorAll("table.sortable")) {
    const body = table.tBodies[0];
    [...table.tHead.rows[0].cells].forEach((head, k) => {
      const button = head.querySelector("button");
      if (!button) return;
      button.addEventListener("click", () => {
        const down = head.classList.contains("n") ? head.getAttribute("aria-sort") !== "descending"
          : head.getAttribute("aria-sort") === "ascending";
        for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        const numeric = head.classList.contains("n");
        const rows = [...body.rows].map((row) => [numeric ? parseFloat(value(row, k)) || 0 : value(row, k), row]);
        const order = numeric ? (a, b) => a[0] - b[0] : (a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0);
        rows.sort(down ? (a, b) => order(b, a) : order);
        const sorted = document.createDocumentFragment();
        for (const [, row] of rows) sorted.append(row);
        body.append(sorted);
        const word = button.querySelector(zh() ? "[lang=zh-CN]" : "[lang=en]") ?? button; // innerText would lay all out
        say.textContent = (zh() ? "已排序：" : "sorted by ") + word.textContent.trim();
      });
    });
  }
  const search = document.getElementById("filter");
  const people = document.getElementById("people");
  if (search && people) {
    search.hidden = false;
    search.addEventListener("input", () => {
      const wanted = search.value.trim().toLowerCase();
      let shown = 0;
      for (const row of people.tBodies[0].rows) {
        row.hidden = wanted !== "" && !row.textContent.toLowerCase().includes(wanted);
        shown += row.hidden ? 0 : 1;
      }
      say.textContent = zh() ? `显示 ${shown} 行` : `${shown} rows shown`;
    });
  }
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input[type=search]")) {
      if (event.key === "Escape" && search) { search.value = ""; search.dispatchEvent(new Event("input")); search.blur(); }
      return;
    }
    if (event.key === "/" && search) { event.preventDefault(); search.focus(); }
    else if (event.key === "l") document.getElementById(zh() ? "lang-en" : "lang-zh").click();
    else if (event.key === "t") {
      const dark = document.getElementById("theme-dark");
      (dark.checked ? document.getElementById("theme-light") : dark).click();
    }
  });
})();
