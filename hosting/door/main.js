// Starts the page and ties its parts together.

import { initializeApp } from "./vendor/firebase/firebase-app.js";
import { freshToken, prepareAccount, prepareAuth, showSignIn } from "./account.js";
import { prepareAppCheck } from "./app-check.js";
import { forgetLast, showAnswer, showTrouble } from "./answer.js";
import { openEvent } from "./bundle.js";
import { prepareCalls } from "./calls.js";
import { startCamera, stopCamera } from "./camera.js";
import { loadConfig } from "./config.js";
import { change, countAgain, door, onChange } from "./door.js";
import { forgetFound, prepareFind } from "./find.js";
import { prepareRecords } from "./records.js";
import { CannotDecide, scanToken } from "./scan.js";
import { byId, onScreen, prepareScreens, show, shown } from "./screens.js";
import { prepareSignals } from "./signals.js";
import { keep, kept } from "./store.js";
import { synchronize } from "./sync.js";
import { text, translate } from "./texts.js";
import { workerUrl } from "./trusted.js";

async function start() {
  translate(document);
  prepareScreens();
  prepareSignals();
  prepareFind();
  prepareRecords();
  prepareChoices();
  forgetNames();
  onScreen("scan", { enter: () => startCamera(scanned), leave: stopCamera });
  await countAgain();
  const config = await loadConfig();
  const app = initializeApp(config.firebase);
  prepareAppCheck(app, config.recaptcha_site_key);
  prepareAuth(app, config);
  prepareCalls(app, config, freshToken);
  await prepareAccount({ arrived, left: showSignIn });
  // Browsers may otherwise empty what a page keeps when the phone is full.
  navigator.storage?.persist?.().catch(() => {});
  navigator.serviceWorker?.register(workerUrl(), { scope: "/door/" }).catch(() => {});
}

async function arrived() {
  const eventId = eventInAddress() ?? (await kept("event"));
  if (!eventId) return show("event");
  await enter(eventId);
}

async function enter(eventId) {
  await openEvent(eventId);
  if (door.bundle) show("scan");
  await synchronize();
  if (door.eventId !== eventId || door.bundle) return show(shown() === "event" || shown() === "sign-in" ? "scan" : shown());
  byId("event-says").textContent = text(door.forbidden ? "notStaff" : door.missing ? "noSuchEvent" : "noBundle");
  show("event");
}

function eventInAddress() {
  return new URLSearchParams(location.hash.slice(1)).get("event");
}

async function scanned(code) {
  byId("camera-says").textContent = text("checking");
  try {
    await showAnswer(await scanToken(code));
  } catch (error) {
    await showTrouble(error instanceof CannotDecide ? error.message : "failed");
  } finally {
    byId("camera-says").textContent = text("pointCamera");
  }
}

// Names are for whoever looked them up, at that event: a ticket of another one must not be let in by hand.
function forgetNames() {
  let before = null;
  onChange(({ user, eventId }) => {
    const whose = `${user?.uid} ${eventId}`;
    if (whose === before) return;
    before = whose;
    forgetFound();
    forgetLast();
  });
}

function prepareChoices() {
  byId("choose-event").addEventListener("submit", (event) => {
    event.preventDefault();
    byId("event-says").textContent = "";
    const eventId = event.target.elements.event.value.trim();
    if (eventId) enter(eventId);
  });
  byId("other-event").addEventListener("click", () => show("event"));
  byId("start-camera").addEventListener("click", () => startCamera(scanned));
  byId("gate").addEventListener("change", async ({ target }) => {
    change({ gate: target.value || null });
    await keep(`gate:${door.eventId}`, door.gate ?? undefined);
  });
  byId("direction").addEventListener("change", ({ target }) => change({ direction: target.value }));
  onChange(({ user, eventId, bundle }) => {
    byId("who").textContent = user?.email ?? "";
    byId("which").textContent = [bundle?.title, eventId].filter(Boolean).join(" · ");
  });
  addEventListener("hashchange", () => door.user && eventInAddress() && enter(eventInAddress()));
  addEventListener("online", () => synchronize());
  addEventListener("offline", () => change({ online: false }));
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) stopCamera();
    else if (shown() === "scan") startCamera(scanned);
  });
}

start().catch(() => {
  show("sign-in");
  byId("sign-in-says").textContent = text("noNetwork");
});
