// A card shows one panel: heading, drawing, table, and where its JSON is.
import { el } from "./dom.js";
import { number } from "./format.js";

/** Put a card into a grid; `parts` are shown, `table` lies under a fold. `update` of each gets the panel. */
export function card(hostId, { panel, title, number: mark, width = "half", note, parts = [], table, none = "Nothing yet." }) {
  const message = el("p", { class: "note" }, note ?? "");
  const empty = el("p", { class: "none" }, none);
  const summary = table ? el("summary", {}, "Table") : null;
  const fold = table ? el("details", {}, summary, table.node) : null;
  const content = el("div", { class: "content" }, ...parts);
  const node = el("article", { class: "card", "data-panel": panel, "data-width": width, "data-stops": "live" },
    el("div", { class: "card-head" },
      mark ? el("span", { class: "number" }, mark) : null,
      el("h3", {}, title),
      el("a", { class: "json", href: `api/${panel}`, "aria-label": `${title} as JSON` }, "JSON")),
    message, empty, content, fold);
  document.getElementById(hostId).append(node);

  return (data) => {
    message.textContent = data.error ? `Not shown: ${data.error}.` : (note ?? "");
    message.dataset.kind = data.error ? "error" : "";
    message.hidden = !message.textContent;
    const isEmpty = data.rows.length === 0;
    empty.hidden = !isEmpty || Boolean(data.error);
    content.hidden = isEmpty;
    if (!fold) return;
    fold.hidden = isEmpty;
    summary.textContent = `Table, ${number(data.rows.length)} ${data.rows.length === 1 ? "row" : "rows"}`;
    table.update(data.rows);
  };
}
