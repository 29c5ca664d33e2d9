// A grid of numbers, deeper where they are higher.
import { svg } from "./dom.js";
import { compact } from "./format.js";
import { responsive } from "./charts.js";

const ROW = 38;
const HEAD = 24;

/** Draw cells [{row, column, value}]. */
export function heat() {
  return responsive((width, cells) => {
    const rows = [...new Set(cells.map((cell) => cell.row))];
    const columns = [...new Set(cells.map((cell) => cell.column))].sort();
    const values = cells.map((cell) => cell.value ?? 0);
    const range = [Math.min(...values), Math.max(...values)];
    const left = 62;
    const wide = (width - left) / Math.max(1, columns.length);
    const nodes = [
      ...columns.map((name, index) =>
        svg("text", { x: left + (index + 0.5) * wide, y: 15, "text-anchor": "middle" }, String(name))),
      ...rows.map((name, index) => svg("text", { class: "label", x: 0, y: HEAD + index * ROW + 23 }, String(name))),
      ...cells.flatMap((cell) =>
        square(cell, left + columns.indexOf(cell.column) * wide, HEAD + rows.indexOf(cell.row) * ROW, wide, range)),
    ];
    const label = cells.map((cell) => `${cell.row}, ${cell.column}: ${compact(cell.value)}`).join("; ");
    return { height: HEAD + rows.length * ROW, label: label || "no data yet", nodes };
  });
}

function square(cell, x, y, wide, [lowest, highest]) {
  const part = (cell.value - lowest) / Math.max(1, highest - lowest);
  const level = cell.value === null ? 0 : 1 + Math.min(4, Math.floor(part * 5));
  return [
    svg("rect", { class: `heat-${level}`, x: x + 1.5, y: y + 1.5, width: Math.max(1, wide - 3), height: ROW - 3, rx: 5 }),
    svg("text", { class: level >= 5 ? "on-deep" : "on-heat", x: x + wide / 2, y: y + 23, "text-anchor": "middle" },
      compact(cell.value)),
  ];
}
