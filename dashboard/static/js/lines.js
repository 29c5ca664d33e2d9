// Lines over the last seconds, drawn into the width that there is.
import { svg } from "./dom.js";
import { rate } from "./format.js";
import { responsive, top } from "./charts.js";

/** Make a drawing of one line a column; rows are lists of numbers, the newest last. */
export function lines(height) {
  return responsive((width, columns, rows) => draw(width, height, columns, rows));
}

function draw(width, height, columns, rows) {
  const highest = top(Math.max(1, ...rows.flat()));
  const left = 44;
  const x = (index) => left + ((index + 90 - rows.length) * (width - left - 4)) / 89;
  const y = (value) => height - 6 - (value / highest) * (height - 18);
  const points = (column) => rows.map((row, index) => `${x(index).toFixed(1)},${y(row[column]).toFixed(1)}`).join(" ");
  const shapes = columns.map((name, column) => svg("polyline", { class: `l-${name}`, points: points(column) }));
  const under = `${x(0)},${y(0)} ${points(1)} ${x(rows.length - 1)},${y(0)}`;
  const area = rows.length ? svg("polygon", { class: "area", points: under }) : null;
  const grid = [0, highest / 2, highest].flatMap((value) => [
    svg("line", { class: "rule", x1: left, x2: width, y1: y(value), y2: y(value) }),
    svg("text", { x: left - 8, y: y(value) + 4, "text-anchor": "end" }, rate(value)),
  ]);
  const newest = rows.at(-1) ?? [];
  const words = columns.map((name, column) => `${name} ${rate(newest[column] ?? 0)}`).join(", ");
  return { height, label: `Records a second now: ${words}`, nodes: [...grid, area, ...shapes] };
}
