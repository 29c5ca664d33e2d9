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
const FOLLOWERS = { key: "follower_count", title: "Followers", kind: "number" };
const MEDIANS = [
  { key: "median_follower_count", title: "Median", kind: "number" },
  { key: "median_follower_count_lower", title: "Lower middle", kind: "number" },
];

/** Make the cards and give the function that fills each, by panel. */
export function mountQuestions() {
  return {
    category_by_country: question("4", "category_by_country", "Most popular category in each country", "half",
      [COUNTRY, CATEGORY, COUNT], bars(), leaders, "In how many countries each category leads; ties count for every leader."),
    category_by_post_year: question("5", "category_by_post_year", "Most popular category in each year", "half",
      [YEAR, CATEGORY, COUNT], bars(), (rows) => rows.map((row) => popular(row.post_year, row))),
    poster_by_country: question("6a", "poster_by_country", "Poster with most followers in each country", "wide",
      [COUNTRY, { key: "poster_name", title: "Poster", kind: "text" }, FOLLOWERS], bars(), topPosters, "The ten with most followers."),
    country_of_top_poster: topCountry(),
    category_by_age_group: question("7", "category_by_age_group", "Most popular category in each age group", "third",
      [AGES, CATEGORY, COUNT], bars(), (rows) => rows.map((row) => popular(row.age_group, row))),
    median_followers_by_age_group: question("8", "median_followers_by_age_group", "Median followers by age group", "third",
      [AGES, ...MEDIANS], groups(["c-other"], 200), (rows) => rows.map((row) => median(row.age_group, row))),
    users_by_join_year: joined(),
    median_followers_by_join_year: question("10", "median_followers_by_join_year", "Median followers by year of joining", "third",
      [YEAR, ...MEDIANS], groups(["c-other"], 200), (rows) => rows.map((row) => median(row.post_year, row))),
    median_followers_by_age_group_and_join_year: question("11", "median_followers_by_age_group_and_join_year",
      "Median followers by age group and year of joining", "wide", [AGES, YEAR, ...MEDIANS], heat(),
      (rows) => rows.map((row) => ({ row: row.age_group, column: row.post_year, value: row.median_follower_count }))),
  };
}

function question(mark, panel, title, width, columns, drawing, items, note) {
  const fill = card(HOST, { panel, title, number: mark, width, note, none: NONE, parts: [drawing.node], table: table(title, columns) });
  return (data) => {
    fill(data);
    drawing.update(items(data.rows));
  };
}

const popular = (label, row) => ({ label: String(label), value: row.category_count, text: `${row.category} · ${number(row.category_count)}` });
const median = (label, row) => ({ label, values: [row.median_follower_count ?? 0] });

function leaders(rows) {
  const counts = new Map();
  for (const row of rows) counts.set(row.category, (counts.get(row.category) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1]).slice(0, 13).map(([label, value]) => ({ label, value, text: number(value) }));
}

function topPosters(rows) {
  const best = [...rows].sort((a, b) => b.follower_count - a.follower_count).slice(0, 10);
  return best.map((row) => ({ label: `${row.poster_name}`, value: row.follower_count, kind: "c-other", text: `${compact(row.follower_count)} · ${row.country}` }));
}

function topCountry() {
  const big = el("div", { class: "big" });
  const title = "Country of the poster with most followers";
  const fill = card(HOST, { panel: "country_of_top_poster", title, number: "6b", width: "third", none: NONE, parts: [big], table: table(title, [COUNTRY, FOLLOWERS]) });
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
  const fill = card(HOST, { panel: "users_by_join_year", title, number: "9", width: "third", none: NONE, parts: [drawing.node, names], table: table(title, columns) });
  return (data) => {
    fill(data);
    drawing.update(data.rows.map((row) => ({ label: row.post_year, values: [row.number_users_joined, row.number_people_joined, row.number_posts] })));
  };
}
