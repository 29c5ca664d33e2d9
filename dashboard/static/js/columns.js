// Columns that stand: stacked by minute over an hour, or side by side in groups.
import { svg } from "./dom.js";
import { compact, minuteText, now } from "./format.js";
import { responsive, top } from "./charts.js";

const LEFT = 42;
const FOOT = 22;
const MINUTE = 60000;

/** Draw an hour of minutes; rows hold `minute` and one number a key, kinds are their colours. */
export function minutes(keys, kinds, height) {
  return responsive((width, rows, highest = 0) => {
    const found = new Map(rows.map((row) => [Date.parse(row.minute), row]));
    const last = Math.floor(now() / MINUTE) * MINUTE;
    const total = (row) => keys.reduce((sum, key) => sum + (row[key] ?? 0), 0);
    const scale = frame(width, height, top(Math.max(1, highest, ...rows.map(total))));
    const step = (width - LEFT) / 60;
    const nodes = [...scale.nodes];
    for (let index = 0; index < 60; index += 1) {
      const at = last - (59 - index) * MINUTE;
      const x = LEFT + index * step;
      if (found.has(at)) nodes.push(...stack(found.get(at), keys, kinds, x + 0.5, Math.max(1, step - 1), scale));
      const anchor = index === 59 ? "end" : "middle";
      if (index % (width < 420 ? 30 : 15) === (width < 420 ? 29 : 14)) nodes.push(svg("text", { x: x + step, y: height - 5, "text-anchor": anchor }, minuteText(at)));
    }
    const sums = keys.map((key) => `${key} ${compact(rows.reduce((sum, row) => sum + (row[key] ?? 0), 0))}`);
    return { height, label: `The last hour by minute: ${sums.join(", ")}`, nodes };
  });
}

function stack(row, keys, kinds, x, wide, scale) {
  let from = 0;
  return keys.flatMap((key, index) => {
    const value = row[key] ?? 0;
    if (!value) return [];
    const high = scale.y(from) - scale.y(from + value);
    from += value;
    const title = svg("title", {}, `${minuteText(row.minute)} ${key}: ${compact(value)}`);
    return [svg("rect", { class: kinds[index], x, y: scale.y(from), width: wide, height: Math.max(high, 1) }, title)];
  });
}

/** Draw groups of columns: groups are [{label, values}], one kind a value. */
export function groups(kinds, height, format = compact) {
  return responsive((width, items) => {
    const scale = frame(width, height, top(Math.max(1, ...items.flatMap((item) => item.values))));
    const step = (width - LEFT) / Math.max(1, items.length);
    const wide = Math.min(34, (step * 0.76) / kinds.length);
    const nodes = items.flatMap((item, index) => {
      const middle = LEFT + (index + 0.5) * step;
      const left = middle - (wide * kinds.length) / 2;
      const text = (y, words, kind = null) => svg("text", { class: kind, x: middle, y, "text-anchor": "middle" }, words);
      const words = (value) => `${item.label}: ${format(value)}`;
      const [first] = item.values;
      return [
        ...item.values.map((value, each) => column(value, kinds[each], left + each * wide, wide, scale, words(value))),
        kinds.length === 1 ? text(scale.y(first) - 6, format(first), "value") : null,
        text(height - 5, String(item.label)),
      ];
    });
    const label = items.map((item) => `${item.label}: ${item.values.map(format).join(", ")}`).join("; ");
    return { height, label: label || "no data yet", nodes: [...scale.nodes, ...nodes] };
  });
}

function column(value, kind, x, wide, scale, words) {
  const y = scale.y(value);
  const size = { width: Math.max(1, wide - 2), height: Math.max(1, scale.y(0) - y) };
  return svg("rect", { class: kind, x: x + 1, y, ...size, rx: 2 }, svg("title", {}, words));
}

function frame(width, height, highest) {
  const y = (value) => height - FOOT - (value / highest) * (height - FOOT - 20);
  const nodes = [0, highest / 2, highest].flatMap((value) => [
    svg("line", { class: value ? "rule" : "axis", x1: LEFT, x2: width, y1: y(value), y2: y(value) }),
    svg("text", { x: LEFT - 7, y: y(value) + 4, "text-anchor": "end" }, compact(value)),
  ]);
  return { y, nodes };
}
