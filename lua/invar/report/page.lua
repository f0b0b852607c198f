--- The style and the script of HTML reports.

local page = {}

page.style = [[
:root { color-scheme: light dark; --ink: #1b1f24; --soft: #5b6570; --paper: #ffffff;
  --line: #d5dae0; --wash: #f4f6f8; --accent: #005a9c; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e4e7ea; --soft: #9aa5b1; --paper: #15181c; --line: #363d45;
    --wash: #1f242a; --accent: #6cb8f0; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink);
  font: 17px/1.55 system-ui, -apple-system, "Segoe UI", "Helvetica Neue", Arial, sans-serif; }
main { max-width: 60rem; margin: 0 auto; padding: 2.5rem 1.25rem 4rem; }
h1 { font-size: 1.9rem; line-height: 1.2; margin: 0 0 .4rem; }
h2 { font-size: 1.4rem; margin: 2.6rem 0 .6rem; }
h3 { font-size: 1.15rem; margin: 2rem 0 .5rem; }
h4 { font-size: 1rem; margin: 1.5rem 0 .4rem; }
p { max-width: 44rem; margin: .7rem 0; }
.subtitle, .note, footer { color: var(--soft); }
.note, footer { font-size: .88rem; }
figure { margin: 1.8rem 0; }
figcaption { font-size: .95rem; max-width: 44rem; margin: .5rem 0; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; border-top: 2px solid var(--ink);
  border-bottom: 2px solid var(--ink); font-variant-numeric: tabular-nums; font-size: .95rem; }
thead th { border-bottom: 1px solid var(--ink); padding: 0; vertical-align: bottom; }
tbody tr:nth-child(even) { background: var(--wash); }
td { padding: .32rem .8rem; text-align: left; white-space: nowrap; }
td.number { text-align: right; }
td.missing, .n, .published { color: var(--soft); }
td.missing { font-style: italic; }
.n, .published { font-size: .85em; }
th button { all: unset; display: block; box-sizing: border-box; width: 100%;
  padding: .4rem .8rem; cursor: pointer; font-weight: 600; text-align: left; }
th.number button { text-align: right; }
th button:hover { color: var(--accent); }
th button:focus-visible { outline: 2px solid var(--accent); outline-offset: -2px; }
th button::after { content: "\2195"; opacity: .35; padding-left: .35em; font-weight: 400; }
th[aria-sort="ascending"] button::after { content: "\2191"; opacity: 1; }
th[aria-sort="descending"] button::after { content: "\2193"; opacity: 1; }
img { display: block; max-width: 100%; height: auto; background: #ffffff; border-radius: 6px;
  padding: 6px; border: 1px solid var(--line); }
details { border: 1px solid var(--line); border-radius: 6px; margin: 1rem 0; padding: 0 1rem; }
summary { cursor: pointer; padding: .6rem 0; font-weight: 600; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1.2rem;
  margin: 0 0 1rem; font-size: .9rem; }
dt { color: var(--soft); }
dd { margin: 0; overflow-wrap: anywhere;
  font-family: ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; }
footer { margin-top: 3rem; border-top: 1px solid var(--line); padding-top: .6rem; }
@media (max-width: 40rem) { dl { grid-template-columns: 1fr; } dd { margin-bottom: .5rem; } }
@media print { main { max-width: none; padding: 0; } th button::after { content: none; } }
]]

-- Numbers by size, texts as people sort them; missing cells stay at the end.
page.script = [[
"use strict";
(function () {
  var order = new Intl.Collator(undefined, {numeric: true});
  function compare(a, b, sign) {
    var x = a.dataset.value, y = b.dataset.value;
    var missing = a.classList.contains("missing") - b.classList.contains("missing");
    if (missing) return missing;
    if (x !== undefined && y !== undefined) return sign * (x - y);
    if ((x !== undefined) !== (y !== undefined)) return x !== undefined ? -1 : 1;
    return sign * order.compare(a.textContent, b.textContent);
  }
  function sort(table, column, head) {
    var descending = head.getAttribute("aria-sort") === "ascending";
    table.querySelectorAll("th").forEach(function (th) { th.setAttribute("aria-sort", "none"); });
    head.setAttribute("aria-sort", descending ? "descending" : "ascending");
    var body = table.tBodies[0], rows = Array.from(body.rows);
    rows.sort(function (a, b) {
      return compare(a.cells[column], b.cells[column], descending ? -1 : 1);
    });
    rows.forEach(function (row) { body.appendChild(row); });
  }
  document.querySelectorAll("table").forEach(function (table) {
    table.querySelectorAll("th").forEach(function (head, column) {
      head.querySelector("button").addEventListener("click", function () {
        sort(table, column, head);
      });
    });
  });
})();
]]

return page
