// Tables whose headers sort, by mouse and by keyboard.
import { bdi, el } from "./dom.js";
import { NONE, number, seconds, share, time } from "./format.js";

const SHOW = {
  text: bdi,
  address: bdi,
  long: bdi,
  number: (value) => number(value),
  plain: (value) => String(value),
  seconds: (value) => seconds(value),
  share: (value) => share(value),
  time: (value) => time(value),
};
const RIGHT = new Set(["number", "plain", "seconds", "share"]);

/** Make a table of columns [{key, title, kind, show}]; `update(rows)` keeps the order that the viewer chose. */
export function table(caption, columns, { tall = false } = {}) {
  const body = el("tbody");
  const heads = columns.map((column) => head(column, () => sortBy(column)));
  const title = el("caption", { class: "unseen" }, caption);
  const frame = { class: "scroll", tabindex: 0, role: "region", "aria-label": caption, "data-tall": tall ? "" : null };
  const node = el("div", frame, el("table", {}, title, el("thead", {}, el("tr", {}, ...heads)), body));
  let rows = [];
  let order = null;

  function sortBy(column) {
    const first = RIGHT.has(column.kind) || column.kind === "time" ? -1 : 1;
    order = { column, sign: order?.column === column ? -order.sign : first };
    heads.forEach((each, index) => {
      if (columns[index] === column) each.setAttribute("aria-sort", order.sign > 0 ? "ascending" : "descending");
      else each.removeAttribute("aria-sort");
    });
    draw();
  }

  function draw() {
    const key = order?.column.key;
    const sorted = order ? [...rows].sort((a, b) => order.sign * compare(a[key], b[key])) : rows;
    const cells = (row) => columns.map((column, index) => cell(row, column, index));
    body.replaceChildren(...sorted.map((row) => el("tr", {}, ...cells(row))));
  }

  return { node, update: (given) => { rows = given; draw(); } };
}

function head(column, sort) {
  const button = el("button", { type: "button" }, column.title);
  button.addEventListener("click", sort);
  return el("th", { scope: "col", class: RIGHT.has(column.kind) ? "num" : null }, button);
}

function cell(row, column, index) {
  const value = row[column.key];
  const isMissing = value === null || value === undefined || value === "";
  const kind = RIGHT.has(column.kind) ? "num" : isMissing ? "missing" : column.kind;
  const shown = column.show ? column.show(row) : isMissing ? (column.none ?? NONE) : SHOW[column.kind](value);
  return index === 0 ? el("th", { scope: "row", class: kind }, shown) : el("td", { class: kind }, shown);
}

function compare(a, b) {
  if (a === b) return 0;
  if (a === null || a === undefined) return -1;
  if (b === null || b === undefined) return 1;
  return typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b));
}
