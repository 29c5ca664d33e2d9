// Small drawings in SVG. Each has its numbers in words too: in a table, or in its label.
import { el, svg } from "./dom.js";

/** Draw anew whenever data or width change; `draw(width, ...data)` gives height, label and nodes. */
export function responsive(draw) {
  const node = svg("svg", { class: "chart", role: "img", "aria-label": "no data yet" });
  const box = el("div", {}, node);
  let data = null;
  let width = 0;

  function redraw() {
    if (!data || !width) return;
    const { height, label, nodes } = draw(width, ...data);
    node.setAttribute("viewBox", `0 0 ${width} ${height}`);
    node.setAttribute("aria-label", label);
    node.replaceChildren(...nodes.filter(Boolean));
  }

  new ResizeObserver(([entry]) => {
    const found = Math.round(entry.contentRect.width);
    if (found !== width) {
      width = found;
      redraw();
    }
  }).observe(box);
  return { node: box, update: (...given) => { data = given; redraw(); } };
}

/** Round up to 1, 2 or 5 times a power of ten. */
export function top(value) {
  const power = 10 ** Math.floor(Math.log10(Math.max(value, 1)));
  return [1, 2, 2.5, 4, 5, 8, 10].map((step) => step * power).find((step) => step >= value);
}

/** Shorten a text to about as many letters as fit. */
export function fit(text, pixels, letter = 6.9) {
  const letters = Array.from(String(text));
  const room = Math.max(3, Math.floor(pixels / letter));
  return letters.length <= room ? letters.join("") : `${letters.slice(0, room - 1).join("")}…`;
}

/** Name the colours of a drawing. */
export function legend(entries) {
  return el("ul", { class: "legend" }, ...entries.map(([kind, name]) => el("li", {}, swatch(kind), name)));
}

function swatch(kind) {
  const mark = kind.startsWith("l-")
    ? svg("line", { class: kind, x1: 0, x2: 12, y1: 6, y2: 6 })
    : svg("rect", { class: kind, width: 12, height: 12, rx: 3 });
  return svg("svg", { viewBox: "0 0 12 12", "aria-hidden": "true" }, mark);
}
