// The nine questions, each as a drawing and a table.
import { bdi, el } from "./dom.js";
import { bars } from "./bars.js";
import { card } from "./card.js";
import { legend } from "./charts.js";
import { groups } from "./columns.js";
import { compact, number } from "./format.js";
import { heat } from "./heat.js";
import { table } from "./table.js";

const HOST = "question-cards";
const NONE = "No complete post answers this yet.";
const COUNTRY = { key: "country", title: "Country", kind: "text" };
const CATEGORY = { key: "category", title: "Category", kind: "text" };
const COUNT = { key: "category_count", title: "Posts", kind: "number" };
const YEAR = { key: "post_year", title: "Year", kind: "plain" };
const AGES = { key: "age_group", title: "Age group", kind: "text" };
const POSTER = { key: "poster_name", title: "Poster", kind: "text" };
const FOLLOWERS = { key: "follower_count", title: "Followers", kind: "number" };
const MEDIANS = [
  { key: "median_follower_count", title: "Median", kind: "number" },
  { key: "median_follower_count_lower", title: "Lower middle", kind: "number" },
];

const BY_QUESTION = {
  category_by_country: {
    number: "4", title: "Most popular category in each country", width: "half",
    note: "In how many countries each of the eight commonest leads; ties count for every leader.",
    columns: [COUNTRY, CATEGORY, COUNT], drawing: bars, items: leaders,
  },
  category_by_post_year: {
    number: "5", title: "Most popular category in each year", width: "half",
    columns: [YEAR, CATEGORY, COUNT], drawing: bars, items: (rows) => rows.map((row) => popular(row.post_year, row)),
  },
  poster_by_country: {
    number: "6a", title: "Poster with most followers in each country", width: "wide", note: "The ten with most followers.",
    columns: [COUNTRY, POSTER, FOLLOWERS], drawing: bars, items: topPosters,
  },
  country_of_top_poster: null,
  category_by_age_group: {
    number: "7", title: "Most popular category in each age group", width: "third",
    columns: [AGES, CATEGORY, COUNT], drawing: bars, items: (rows) => rows.map((row) => popular(row.age_group, row)),
  },
  median_followers_by_age_group: {
    number: "8", title: "Median followers by age group", width: "third",
    columns: [AGES, ...MEDIANS], drawing: standing, items: (rows) => rows.map((row) => median(row.age_group, row)),
  },
  users_by_join_year: null,
  median_followers_by_join_year: {
    number: "10", title: "Median followers by year of joining", width: "third",
    columns: [YEAR, ...MEDIANS], drawing: standing, items: (rows) => rows.map((row) => median(row.post_year, row)),
  },
  median_followers_by_age_group_and_join_year: {
    number: "11", title: "Median followers by age group and year of joining", width: "wide",
    columns: [AGES, YEAR, ...MEDIANS], drawing: heat, items: cells,
  },
};
const OTHERS = { country_of_top_poster: topCountry, users_by_join_year: joined };

/** Make the cards and give the function that fills each, by panel. */
export function mountQuestions() {
  const made = ([panel, asked]) => [panel, asked ? question(panel, asked) : OTHERS[panel]()];
  return Object.fromEntries(Object.entries(BY_QUESTION).map(made));
}

function question(panel, { number: mark, title, width, note, columns, drawing: make, items }) {
  const drawing = make();
  const rows = table(title, columns);
  const fill = card(HOST, { panel, title, number: mark, width, note, none: NONE, parts: [drawing.node], table: rows });
  return (data) => {
    fill(data);
    drawing.update(items(data.rows));
  };
}

function standing() {
  return groups(["c-other"], 200);
}

function cells(rows) {
  return rows.map((row) => ({ row: row.age_group, column: row.post_year, value: row.median_follower_count }));
}

const popular = (label, { category, category_count: value }) =>
  ({ label: String(label), value, text: `${category} · ${number(value)}` });
const median = (label, row) => ({ label, values: [row.median_follower_count ?? 0] });

function leaders(rows) {
  const counts = new Map();
  for (const row of rows) counts.set(row.category, (counts.get(row.category) ?? 0) + 1);
  const most = [...counts].sort((a, b) => b[1] - a[1]).slice(0, 8);
  return most.map(([label, value]) => ({ label, value, text: number(value) }));
}

function topPosters(rows) {
  const best = [...rows].sort((a, b) => b.follower_count - a.follower_count).slice(0, 10);
  return best.map(({ poster_name: label, follower_count: value, country }) =>
    ({ label, value, kind: "c-other", text: `${compact(value)} · ${country}` }));
}

function topCountry() {
  const big = el("div", { class: "big" });
  const title = "Country of the poster with most followers";
  const rows = table(title, [COUNTRY, FOLLOWERS]);
  const fill = card(HOST, {
    panel: "country_of_top_poster", title, number: "6b", width: "third", none: NONE, parts: [big], table: rows,
  });
  return (data) => {
    fill(data);
    const [first] = data.rows;
    if (!first) return;
    const others = data.rows.length - 1;
    const tie = others ? ` and ${number(others)} more with as many` : "";
    big.replaceChildren(bdi(first.country), el("small", {}, `${number(first.follower_count)} followers${tie}`));
  };
}

function joined() {
  const kinds = ["c-kept", "c-other", "c-repeat"];
  const drawing = groups(kinds, 180);
  const columns = [YEAR,
    { key: "number_users_joined", title: "Names", kind: "number" },
    { key: "number_people_joined", title: "People", kind: "number" },
    { key: "number_posts", title: "Posts", kind: "number" }];
  const title = "Users that joined in each year";
  const names = legend([["c-kept", "names"], ["c-other", "people"], ["c-repeat", "posts"]]);
  const fill = card(HOST, {
    panel: "users_by_join_year", title, number: "9", width: "third", none: NONE,
    parts: [drawing.node, names], table: table(title, columns),
  });
  return (data) => {
    fill(data);
    const values = (row) => [row.number_users_joined, row.number_people_joined, row.number_posts];
    drawing.update(data.rows.map((row) => ({ label: row.post_year, values: values(row) })));
  };
}
