// The camera: runs while the scan screen is shown, and hands over each new code once.

import { makeDecoder } from "./decoder.js";
import { Repeats } from "./repeats.js";
import { byId } from "./screens.js";
import { text } from "./texts.js";
import { subjectOf } from "./token.js";

const WANTED = { audio: false, video: { facingMode: { ideal: "environment" }, width: { ideal: 1280 }, height: { ideal: 720 } } };
const PAUSE = 100;

let stream = null;
let decoder = null;
let timer;
let awake = null;
// Which start is the latest: a camera may be asked for, and no longer wanted when it comes.
let latest = 0;

/** Start it; `scanned(text)` is called with each new code, and awaited, so that one answer is shown at a time. */
export async function startCamera(scanned) {
  stopCamera();
  const mine = latest;
  byId("start-camera").hidden = true;
  byId("camera-says").textContent = text("pointCamera");
  const found = await open();
  if (mine !== latest) return close(found);
  if (!found) {
    byId("start-camera").hidden = false;
    byId("camera-says").textContent = text("cameraRefused");
    return;
  }
  stream = found;
  const video = byId("video");
  video.srcObject = found;
  video.play().catch(() => {});
  showTorch(found.getVideoTracks()[0]);
  keepAwake(mine);
  watch(mine, video, scanned);
}

/** Stop it; the light of the phone's camera goes out. */
export function stopCamera() {
  latest += 1;
  clearTimeout(timer);
  close(stream);
  stream = null;
  byId("torch").hidden = true;
  awake?.release().catch(() => {});
  awake = null;
}

async function open() {
  try {
    decoder ??= await makeDecoder();
    return await navigator.mediaDevices.getUserMedia(WANTED);
  } catch {
    return null;
  }
}

function close(camera) {
  for (const track of camera?.getTracks() ?? []) track.stop();
}

// A phone at the door must not lock itself between two people.
async function keepAwake(mine) {
  const lock = await navigator.wakeLock?.request("screen").catch(() => null);
  if (mine === latest) awake = lock;
  else lock?.release().catch(() => {});
}

function watch(mine, video, scanned) {
  const repeats = new Repeats();
  let busy = false;
  const look = async () => {
    if (latest !== mine) return;
    const found = video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA ? await decoder(video).catch(() => null) : null;
    if (latest !== mine) return;
    if (found && busy) repeats.see(subjectOf(found), Date.now());
    else if (found && repeats.isNew(subjectOf(found), Date.now())) {
      busy = true;
      scanned(found).finally(() => (busy = false));
    }
    timer = setTimeout(look, PAUSE);
  };
  look();
}

function showTorch(track) {
  const button = byId("torch");
  button.hidden = !track.getCapabilities?.().torch;
  button.setAttribute("aria-pressed", "false");
  button.onclick = async () => {
    const on = button.getAttribute("aria-pressed") !== "true";
    await track.applyConstraints({ advanced: [{ torch: on }] }).catch(() => {});
    button.setAttribute("aria-pressed", String(on));
  };
}
