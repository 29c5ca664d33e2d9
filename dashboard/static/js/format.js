// Numbers by the viewer's locale, times in the viewer's zone with UTC beside them.
import { el } from "./dom.js";

const whole = new Intl.NumberFormat(undefined, { maximumFractionDigits: 0 });
const tenth = new Intl.NumberFormat(undefined, { maximumFractionDigits: 1 });
const short = new Intl.NumberFormat(undefined, { notation: "compact", maximumFractionDigits: 1 });
const percent = new Intl.NumberFormat(undefined, { style: "percent", maximumFractionDigits: 1 });
const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const minute = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const day = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" });
export const NONE = "–";

let serverAt = Date.now();
let heardAt = performance.now();

/** Take the server's clock, so that ages do not depend on the viewer's. */
export function setClock(iso) {
  serverAt = Date.parse(iso);
  heardAt = performance.now();
}

/** Milliseconds since 1970 by the server's clock. */
export const now = () => serverAt + performance.now() - heardAt;

export const number = (value, as = whole) => (value === null || value === undefined ? NONE : as.format(value));
export const compact = (value) => (value < 10000 ? number(value, tenth) : number(value, short));
export const share = (value) => number(value, percent);
export const rate = (value) => number(value, value < 100 ? tenth : whole);
export const seconds = (value) => (value === null || value === undefined ? NONE : `${number(value, tenth)} s`);
export const minuteText = (iso) => minute.format(new Date(iso));
export const clockText = (iso) => clock.format(Date.parse(iso));

/** Say how long ago a moment was. */
export function ago(iso) {
  if (!iso) return "none yet";
  const age = Math.max(0, (now() - Date.parse(iso)) / 1000);
  if (age < 1) return "under 1 s ago";
  if (age < 60) return `${whole.format(Math.floor(age))} s ago`;
  if (age < 3600) return `${whole.format(Math.floor(age / 60))} min ago`;
  if (age < 48 * 3600) return `${whole.format(Math.floor(age / 3600))} h ago`;
  return `${whole.format(Math.floor(age / 86400))} days ago`;
}

/** Show a moment in the viewer's zone; UTC is its title. */
export function time(iso) {
  if (!iso) return el("span", {}, NONE);
  const isToday = now() - Date.parse(iso) < 12 * 3600 * 1000;
  const text = isToday ? clock.format(Date.parse(iso)) : day.format(Date.parse(iso));
  return el("time", { datetime: iso, title: `${iso.replace("T", " ").replace("Z", "")} UTC` }, text);
}

/** Show the age of a moment; `refresh` on a timer keeps it true. */
export function age(iso) {
  const node = iso ? time(iso) : el("span");
  if (iso) node.dataset.age = iso;
  node.textContent = ago(iso);
  return node;
}

/** Say every age on the page anew. */
export function refreshAges() {
  for (const node of document.querySelectorAll("[data-age]")) {
    const text = ago(node.dataset.age);
    if (node.textContent !== text) node.textContent = text;
  }
}
