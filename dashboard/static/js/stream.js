// One stream of server-sent events; says when it falls silent and goes on by itself.
const SILENT_MS = 3500;
const AGAIN_MS = 1500;

/** Listen: `heard(at, panels)` gets each message, `lost(isLost)` every loss and return. */
export function listen(heard, lost) {
  let source = null;
  let heardAt = performance.now();
  let isLost = false;

  function set(value) {
    if (value !== isLost) lost((isLost = value));
  }

  function take(event) {
    heardAt = performance.now();
    const { at, panels } = JSON.parse(event.data);
    heard(at, panels);
    set(false);
  }

  function open() {
    source?.close();
    source = new EventSource("stream");
    source.addEventListener("state", take);
    source.addEventListener("change", take);
    source.addEventListener("error", () => {
      set(true);
      // A refusal ends an EventSource for good.
      if (source.readyState === EventSource.CLOSED) setTimeout(open, AGAIN_MS);
    });
  }

  function look() {
    if (performance.now() - heardAt < SILENT_MS) return;
    set(true);
    if (performance.now() - heardAt > 3 * SILENT_MS) {
      heardAt = performance.now();
      open();
    }
  }

  open();
  setInterval(look, 500);
}
