// The stages from left to right, and the pulse of the last seconds.
import { el } from "./dom.js";
import { age, number, rate, seconds } from "./format.js";
import { legend } from "./charts.js";
import { lines } from "./lines.js";

const places = new Map();

/** Show every stage; nodes stay, so that a reader keeps the place. */
export function showPipeline(pipeline) {
  const host = document.getElementById("stages");
  for (const stage of pipeline.stages) {
    if (!places.has(stage.name)) {
      const node = el("article", { class: "stage", "data-name": stage.name, "data-stops": stage.stops });
      places.set(stage.name, node);
      host.append(node);
    }
    places.get(stage.name).replaceChildren(...parts(stage));
  }
}

function parts(stage) {
  const dot = el("span", { class: "dot", "aria-hidden": "true" });
  const word = el("span", { class: "word", "data-well": stage.is_well }, dot, stage.state);
  const facts = [
    ...(stage.rejected === null ? [] : fact(stage.rejected_is, number(stage.rejected), stage.rejected > 0 ? "some" : null)),
    ...stage.facts.flatMap((each) => fact(each.name, each.unit === "s" ? seconds(each.value) : number(each.value))),
    ...fact(stage.newest_is, stage.newest_at || stage.is_well ? age(stage.newest_at) : "unknown"),
  ];
  return [
    el("div", { class: "stage-head" }, el("h3", {}, stage.title), word),
    el("p", { class: "rate" }, rate(stage.rate), " ", el("small", {}, "records/s")),
    el("dl", { class: "facts" }, ...facts),
  ];
}

function fact(name, value, kind = null) {
  return [el("dt", {}, name), el("dd", { class: kind }, value)];
}

/** Draw what was accepted, counted and rejected, second by second. */
export function mountPulse() {
  const host = document.getElementById("pulse");
  const drawing = lines(96);
  const names = [["l-accepted", "accepted by Kafka"], ["l-counted", "counted live"], ["l-rejected", "rejected"]];
  host.append(drawing.node, legend(names));
  return (pulse) => drawing.update(pulse.columns, pulse.rows);
}
