// Say in words when data stands still, when the connection is lost, and when nothing was sent yet.
import { el } from "./dom.js";
import { time } from "./format.js";

const WORDS = {
  starting: "Looking",
  still: "Stands still",
  empty: "Nothing sent yet",
  moving: "Live",
  quiet: "Up to date",
  lost: "No connection",
};
const EVERYTHING = ["door", "live", "history"];
let shown = "";

/** Show the state of the pipeline, or of the connection when that is lost. */
export function showState(pipeline, lostSince) {
  const state = lostSince ? "lost" : pipeline.state;
  const pill = document.getElementById("state");
  if (pill.dataset.state !== state) {
    pill.dataset.state = state;
    document.getElementById("state-text").textContent = WORDS[state];
    document.title = ["moving", "quiet"].includes(state) ? "Pinflow live" : `${WORDS[state]} – Pinflow live`;
  }
  showBanner(pipeline, lostSince, state);
  grey(lostSince ? EVERYTHING : pipeline.faults.flatMap((fault) => fault.stops));
}

function showBanner(pipeline, lostSince, state) {
  const is = JSON.stringify([lostSince, state, pipeline.faults]);
  if (is === shown) return;
  shown = is;
  const banner = document.getElementById("banner");
  if (lostSince) banner.replaceChildren(lostNotice(lostSince));
  else if (state === "empty") banner.replaceChildren(emptyNotice());
  else if (pipeline.faults.length) banner.replaceChildren(faultNotice(pipeline.faults));
  else banner.replaceChildren();
}

function lostNotice(since) {
  return notice("lost", el("p", {}, el("strong", {}, "No connection to Pinflow. "),
    "The numbers are the last that arrived, at ", time(since), ". This page tries again by itself."));
}

function emptyNotice() {
  return notice("empty", el("p", {}, el("strong", {}, "Nothing has been sent yet. "),
    "Everything runs and waits. To see it move: ", el("code", {}, "./pinflow emulate --rate 50")));
}

function faultNotice(faults) {
  const isAll = faults.some((fault) => fault.stops.includes("live"));
  const heading = isAll ? "Data stands still. " : "A part stands still. ";
  return notice("still", ...faults.map((fault, index) => el("p", {},
    index === 0 ? el("strong", {}, heading) : null,
    fault.text, " Since ", time(fault.since), ". See ", el("code", {}, fault.advice))));
}

function notice(kind, ...lines) {
  return el("div", { class: "notice", "data-kind": kind }, el("div", { class: "notice-in" }, ...lines));
}

function grey(stopped) {
  for (const node of document.querySelectorAll("[data-stops]")) {
    node.classList.toggle("is-still", stopped.includes(node.dataset.stops));
  }
}
