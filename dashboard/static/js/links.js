// The other pages of the stack.
import { el } from "./dom.js";

/** Give the function that fills the list. */
export function mountLinks() {
  const list = document.getElementById("links");
  return { links: (panel) => list.replaceChildren(...panel.rows.map(link)) };
}

function link(row) {
  if (!row.answers) return el("li", { class: "off" }, `${row.name}: does not answer`);
  return el("li", {}, el("a", { href: row.url, rel: "noopener" }, row.name), ` ${row.about}`);
}
