// The last hour: by stream and outcome, followers, categories, continents, countries.
import { el } from "./dom.js";
import { bars } from "./bars.js";
import { card } from "./card.js";
import { legend } from "./charts.js";
import { minutes } from "./columns.js";
import { compact, number, share } from "./format.js";
import { table } from "./table.js";

const HOST = "activity-cards";
const OUTCOMES = ["kept", "repeat", "rejected"];
const KINDS = ["c-kept", "c-repeat", "c-rejected"];
const STREAMS = ["pin", "geo", "user", ""];
const streamName = (stream) => stream || "no stream";

/** Make the cards and give the function that fills each, by panel. */
export function mountActivity() {
  return {
    activity: byStream(),
    totals: totals(),
    followers: followers(),
    categories: categories(),
    continents: continents(),
    countries: countries(),
  };
}

function byStream() {
  const charts = STREAMS.map((stream) => ({ stream, drawing: minutes(OUTCOMES, KINDS, 170), heading: el("h4", {}) }));
  const boxes = charts.map(({ drawing, heading }) => el("div", {}, heading, drawing.node));
  const rows = table("Records by minute, stream and outcome", [
    { key: "minute", title: "Minute", kind: "time" },
    { key: "stream", title: "Stream", kind: "text", none: "no stream" },
    ...OUTCOMES.map((key) => ({ key, title: key[0].toUpperCase() + key.slice(1), kind: "number" })),
  ]);
  const fill = card(HOST, {
    panel: "activity", title: "Activity by stream and outcome", width: "full", table: rows,
    none: "No records in the last hour.",
    note: "Records a minute, by the minute of acceptance. A late record counts in its own minute.",
    parts: [
      el("div", { class: "multiples" }, ...boxes),
      legend(OUTCOMES.map((outcome, index) => [KINDS[index], outcome])),
    ],
  });
  return (panel) => {
    fill(panel);
    const sum = (row) => OUTCOMES.reduce((all, key) => all + (row[key] ?? 0), 0);
    const highest = Math.max(...panel.rows.map(sum), 1);
    charts.forEach(({ stream, drawing, heading }, index) => {
      const own = panel.rows.filter((row) => row.stream === stream);
      boxes[index].hidden = stream === "" && own.length === 0;
      heading.textContent = `${streamName(stream)} · ${number(own.reduce((all, row) => all + sum(row), 0))}`;
      drawing.update(own, highest);
    });
  };
}

function totals() {
  const drawing = bars();
  const rows = table("Records since the beginning by stream and outcome", [
    { key: "stream", title: "Stream", kind: "text", none: "no stream" },
    { key: "outcome", title: "Outcome", kind: "text" },
    { key: "records", title: "Records", kind: "number" },
  ]);
  const big = el("p", { class: "big" });
  const fill = card(HOST, {
    panel: "totals", title: "Since the beginning", width: "third", table: rows, parts: [big, drawing.node],
  });
  return (panel) => {
    fill(panel);
    const sum = (rows) => rows.reduce((all, row) => all + row.records, 0);
    const of = (outcome) => sum(panel.rows.filter((row) => row.outcome === outcome));
    const all = sum(panel.rows);
    big.replaceChildren(number(all), el("small", {}, "records counted"));
    drawing.update(OUTCOMES.map((outcome, index) => {
      const value = of(outcome);
      return { label: outcome, value, kind: KINDS[index], text: `${compact(value)} · ${share(all ? value / all : 0)}` };
    }));
  };
}

function followers() {
  const drawing = minutes(["followers"], ["c-other"], 170);
  const big = el("p", { class: "big" });
  const rows = table("Followers reached by minute", [
    { key: "minute", title: "Minute", kind: "time" },
    { key: "pins", title: "Pins", kind: "number" },
    { key: "followers", title: "Followers", kind: "number" },
  ]);
  const fill = card(HOST, {
    panel: "followers", title: "Followers reached", width: "third", table: rows, parts: [big, drawing.node],
    none: "No pins in the last hour.",
  });
  return (panel) => {
    fill(panel);
    const sum = (key) => panel.rows.reduce((all, row) => all + row[key], 0);
    big.replaceChildren(compact(sum("followers")), el("small", {}, `by ${number(sum("pins"))} pins in the last hour`));
    drawing.update(panel.rows);
  };
}

function ranked(panel, title, width, columns, item, none, shown) {
  const drawing = bars();
  const rows = table(title, columns);
  const fill = card(HOST, { panel, title, width, table: rows, parts: [drawing.node], none });
  return (data) => {
    fill(data);
    drawing.update(data.rows.slice(0, shown).map(item));
  };
}

function categories() {
  const columns = [
    { key: "category", title: "Category", kind: "text", none: "unknown" },
    { key: "pins", title: "Pins", kind: "number" },
    { key: "followers", title: "Followers reached", kind: "number" },
  ];
  const item = ({ category, followers }) =>
    ({ label: category || "unknown", value: followers, kind: "c-other", text: compact(followers) });
  return ranked("categories", "Followers by category", "third", columns, item, "No pins in the last hour.", 9);
}

function continents() {
  const columns = [
    { key: "place", title: "Rank", kind: "plain" },
    { key: "continent", title: "Continent", kind: "text", none: "unknown" },
    { key: "countries", title: "Countries", kind: "number" },
    { key: "records", title: "Places", kind: "number" },
  ];
  const item = (row) => ({ label: row.continent || "unknown", value: row.records, text: compact(row.records) });
  return ranked("continents", "Ranking by continent", "half", columns, item, "No places in the last hour.", 10);
}

function countries() {
  const columns = [
    { key: "place", title: "Rank", kind: "plain" },
    { key: "country", title: "Country", kind: "text", none: "unknown" },
    { key: "country_code", title: "Code", kind: "text" },
    { key: "continent", title: "Continent", kind: "text" },
    { key: "records", title: "Places", kind: "number" },
  ];
  const item = (row) => ({ label: row.country || "unknown", value: row.records, text: compact(row.records) });
  return ranked("countries", "Ranking by country", "half", columns, item, "No places in the last hour.", 8);
}
