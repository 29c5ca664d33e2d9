// The newest posts; image addresses are text, nothing fetches them.
import { el } from "./dom.js";
import { card } from "./card.js";
import { compact, number, share } from "./format.js";
import { table } from "./table.js";

const COLUMNS = [
  { key: "accepted_at", title: "Accepted", kind: "time" },
  { key: "ind", title: "Number", kind: "plain" },
  { key: "title", title: "Title", kind: "long", none: "no title" },
  { key: "category", title: "Category", kind: "text", none: "unknown" },
  { key: "poster_name", title: "Poster", kind: "text", none: "unknown" },
  { key: "follower_count", title: "Followers", kind: "number", show: (row) => compact(row.follower_count) },
  { key: "country", title: "Country", kind: "text", show: (row) => partner(row.has_place, row.country) },
  { key: "user_name", title: "User", kind: "text", show: (row) => partner(row.has_user, row.user_name) },
  { key: "media_kind", title: "Media", kind: "text" },
  { key: "image_src", title: "Image address", kind: "address", none: "none" },
];

/** Make the cards and give the function that fills each, by panel. */
export function mountPosts() {
  const rows = table("The newest posts", COLUMNS, { tall: true });
  const fill = card("post-cards", {
    panel: "newest", title: "By the moment their pin was accepted", width: "full", parts: [rows.node],
    none: "No post yet.",
  });
  const lead = el("p", { class: "lead", "data-panel": "posts", "data-stops": "live" });
  document.getElementById("post-cards").before(lead);
  return {
    newest: (panel) => {
      fill(panel);
      rows.update(panel.rows);
    },
    posts: ({ rows: [found] }) => {
      const part = found?.posts ? `, ${share(found.complete / found.posts)} complete` : "";
      const rule = "A post is complete when its pin, place and user have arrived.";
      lead.textContent = found ? `${number(found.posts)} posts${part}. ${rule}` : "";
    },
  };
}

function partner(isHere, text) {
  if (!isHere) return el("em", { class: "waits" }, "not here yet");
  return el("bdi", {}, text ?? "unknown");
}
