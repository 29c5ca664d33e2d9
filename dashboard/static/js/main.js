// Bring the stream of changes to the panels.
import { mountActivity } from "./activity.js";
import { showState } from "./banner.js";
import { mountBooks } from "./books.js";
import { mountDead } from "./dead.js";
import { clockText, refreshAges, setClock, time } from "./format.js";
import { mountLinks } from "./links.js";
import { mountPulse, showPipeline } from "./pipeline.js";
import { mountPosts } from "./posts.js";
import { mountQuestions } from "./questions.js";
import { listen } from "./stream.js";

const views = {
  pipeline: showPipeline,
  pulse: mountPulse(),
  ...mountActivity(),
  ...mountQuestions(),
  ...mountPosts(),
  ...mountDead(),
  ...mountBooks(),
  ...mountLinks(),
};
let pipeline = { state: "starting", faults: [] };
let heardAt = new Date().toISOString();
let lostSince = null;

document.querySelector(".pulse").dataset.stops = "live";

listen(
  (at, panels) => {
    setClock(at);
    heardAt = at;
    for (const [name, panel] of Object.entries(panels)) views[name]?.(panel);
    pipeline = panels.pipeline ?? pipeline;
    lostSince = null;
    showState(pipeline, lostSince);
    document.getElementById("moment").replaceChildren("Last heard at ", time(at), ".");
    document.body.dataset.heard = clockText(at);
  },
  (isLost) => {
    lostSince = isLost ? heardAt : null;
    showState(pipeline, lostSince);
  },
);
setInterval(refreshAges, 500);
