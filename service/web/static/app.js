// Live pages: pause, a clock, one polite sentence about my own changes; pages work without any of it.
(() => {
  "use strict";
  const PAUSED = "stimul-paused";
  const QUIET_MS = 15000; // at most one spoken message in this time
  const LATE_MS = 60000; // three missed refreshes: say that the connection is gone
  let spokenAt = 0;
  let freshAt = Date.now();

  // What the reader opened stays open: a refresh carries no state of the page.
  Idiomorph.defaults.callbacks.beforeAttributeUpdated = (name, node) =>
    !(name === "open" && node.tagName === "DETAILS");

  const button = document.querySelector("[data-pause]");
  const state = document.querySelector("[data-live]");
  const status = document.querySelector("[role=status]");
  if (!button || !state) return;

  const paused = () => localStorage.getItem(PAUSED) === "1";

  const show = () => {
    button.hidden = false;
    button.textContent = paused() ? button.dataset.resume : button.dataset.pause;
    button.setAttribute("aria-pressed", String(paused()));
    const late = Date.now() - freshAt > LATE_MS;
    const word = paused() ? state.dataset.paused : late ? state.dataset.late : state.dataset.live;
    state.textContent = `${word} ${new Date(freshAt).toLocaleTimeString(document.documentElement.lang)}`;
  };

  button.addEventListener("click", () => {
    localStorage.setItem(PAUSED, paused() ? "0" : "1");
    show();
  });

  const said = () => document.querySelector("[data-say]")?.dataset.say ?? "";
  let before = said();

  document.addEventListener("htmx:confirm", (event) => {
    if (paused() || document.hidden) event.preventDefault();
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.successful) freshAt = Date.now();
    show();
  });
  document.addEventListener("htmx:afterSettle", () => {
    const now = said();
    if (now !== before && status && Date.now() - spokenAt > QUIET_MS) {
      status.textContent = now;
      spokenAt = Date.now();
    }
    before = now;
  });
  show();
})();
