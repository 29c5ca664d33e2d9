// Bars that lie, one an item: {label, value, text, kind}.
import { svg } from "./dom.js";
import { fit, responsive } from "./charts.js";

const ROW = 27;

/** Make a drawing of bars; `text` stands at the end of each. */
export function bars() {
  return responsive((width, items) => {
    const highest = Math.max(1, ...items.map((item) => item.value ?? 0));
    const left = Math.min(170, width * 0.34);
    const right = Math.min(190, Math.max(...items.map((item) => Array.from(item.text).length), 1) * 7.5 + 16);
    const place = { left, room: Math.max(20, width - left - Math.min(right, width * 0.42)), highest, width };
    return {
      height: Math.max(ROW, items.length * ROW),
      label: items.map((item) => `${item.label}: ${item.text}`).join("; ") || "no data yet",
      nodes: items.flatMap((item, index) => bar(item, index * ROW, place)),
    };
  });
}

function bar(item, y, { left, room, highest, width }) {
  const long = Math.max(2, ((item.value ?? 0) / highest) * room);
  return [
    svg("text", { class: "label", x: 0, y: y + 17 }, fit(item.label, left - 8), svg("title", {}, String(item.label))),
    svg("rect", { class: "track", x: left, y: y + 5, width: room, height: 17, rx: 4 }),
    svg("rect", { class: item.kind ?? "c-kept", x: left, y: y + 5, width: long, height: 17, rx: 4 },
      svg("title", {}, `${item.label}: ${item.text}`)),
    svg("text", { class: "value", x: left + room + 8, y: y + 18 }, fit(item.text, width - left - room - 8, 7.5)),
  ];
}
