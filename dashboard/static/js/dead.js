// Rejected records by reason, the rule that each broke, and samples.
import { bdi, el } from "./dom.js";
import { card } from "./card.js";
import { age, number, share } from "./format.js";
import { table } from "./table.js";
import { verdict } from "./books.js";

const SHARES = [
  { key: "stream", title: "Stream", kind: "text", none: "no stream" },
  { key: "records", title: "Records", kind: "number" },
  { key: "rejected", title: "Rejected", kind: "number" },
  { key: "share", title: "Share", kind: "share" },
  { key: "limit_share", title: "Limit", kind: "share" },
  { key: "is_alert", title: "State", kind: "text", show: (row) => verdict(...(row.is_alert ? ["bad", "too many"] : ["good", "fine"])) },
  { key: "reason", title: "Most common reason", kind: "text" },
];

/** Make the card and give the function that fills it. */
export function mountDead() {
  const list = el("div", { class: "letters" });
  const fill = card("dead-cards", {
    panel: "dead_letters", title: "Rejected records by reason", width: "full", parts: [list],
    none: "No record has been rejected.", note: "Each is in the raw history too, byte by byte.",
  });
  const rows = table("Share of rejected records", SHARES);
  const fillShares = card("dead-cards", {
    panel: "rejected_shares", title: "Share rejected, last five minutes", width: "full", parts: [rows.node],
    none: "No records in the last five minutes.",
  });
  return {
    rejected_shares: (panel) => {
      fillShares(panel);
      rows.update(panel.rows);
    },
    dead_letters: (panel) => {
      fill(panel);
      list.replaceChildren(...panel.rows.map(letter));
    },
  };
}

function letter(row) {
  return el("section", { class: "letter" },
    el("div", { class: "letter-head" },
      el("b", {}, row.reason),
      el("span", {}, `${number(row.records)} ${row.records === 1 ? "record" : "records"}, ${number(row.open_records)} open`),
      el("span", { class: "note" }, "newest ", age(row.newest_at))),
    el("p", { class: "note" }, `The rule: ${row.rule}`),
    el("ul", {}, ...(row.samples ?? []).map(sample)));
}

function sample(each) {
  const place = `${each.topic}/${each.partition}/${each.offset}`;
  return el("li", {},
    el("span", {}, place),
    each.owner ? el("span", {}, "from ", bdi(each.owner)) : null,
    el("code", {}, each.detail ? bdi(each.detail) : "the whole record"));
}
