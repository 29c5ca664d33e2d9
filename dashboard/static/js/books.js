// Accounts and freshness, each against what it must be.
import { el } from "./dom.js";
import { card } from "./card.js";
import { age, number } from "./format.js";
import { table } from "./table.js";

const COUNTS = ["accepted", "kept", "repeat", "rejected", "pending", "missing", "doubled", "unequal"];
const MUST_BE_ZERO = ["missing", "doubled", "unequal"];
const title = (key) => key[0].toUpperCase() + key.slice(1);

/** Make the cards and give the function that fills each, by panel. */
export function mountBooks() {
  return { accounts: accounts(), freshness: freshness() };
}

/** Say how something is, in a word and a colour. */
export function verdict(kind, ...words) {
  return el("p", { class: "verdict", "data-kind": kind }, ...words);
}

function accounts() {
  const counts = COUNTS.map((key) => ({ key, title: title(key), kind: "number" }));
  const rows = table("Accounts by topic", [{ key: "topic", title: "Topic", kind: "text" }, ...counts]);
  const summary = el("div");
  const fill = card("book-cards", {
    panel: "accounts", title: "Accounts", width: "full", parts: [summary, rows.node],
    none: "Not computed yet: ./pinflow accounts",
    note: "Every accepted record by its Kafka offset, read by neither Flink nor Trino. Missing, doubled and unequal must be 0.",
  });
  return (panel) => {
    fill(panel);
    rows.update(panel.rows);
    const [first] = panel.rows;
    if (!first) return;
    const wrong = panel.rows.flatMap((row) => MUST_BE_ZERO.map((key) => row[key])).reduce((all, one) => all + one, 0);
    const said = wrong ? verdict("bad", `Do not close: ${number(wrong)} in doubt`) : verdict("good", "Closed");
    summary.replaceChildren(said, " ", el("span", { class: "note" }, "computed ", age(first.checked_at)));
  };
}

function freshness() {
  const words = { true: ["good", "met"], false: ["bad", "missed"], null: ["warn", "not measured now"] };
  const rows = table("Freshness by stage and stream", [
    { key: "stage", title: "Readable in", kind: "text", show: (row) => (row.stage === "live" ? "Postgres" : "Iceberg") },
    { key: "stream", title: "Stream", kind: "text" },
    { key: "p50_seconds", title: "p50", kind: "seconds" },
    { key: "p99_seconds", title: "p99", kind: "seconds" },
    { key: "objective_seconds", title: "Objective", kind: "seconds" },
    { key: "share_within", title: "Within", kind: "share" },
    { key: "waiting", title: "Waiting", kind: "number" },
    { key: "met", title: "Objective is", kind: "text", show: (row) => verdict(...words[row.met]) },
  ]);
  const fill = card("book-cards", {
    panel: "freshness", title: "Freshness", width: "full", parts: [rows.node], none: "Not measured yet.",
    note: "From acceptance until a reader outside Flink sees the record; the last hour, 99 % must be within the objective.",
  });
  return (panel) => {
    fill(panel);
    rows.update(panel.rows);
  };
}
