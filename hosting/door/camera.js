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

/** Start it; `scanned(text)` is called with each new code, and awaited, so that one answer is shown at a time. */
export async function startCamera(scanned) {
  stopCamera();
  byId("start-camera").hidden = true;
  byId("camera-says").textContent = text("pointCamera");
  try {
    decoder ??= await makeDecoder();
    stream = await navigator.mediaDevices.getUserMedia(WANTED);
  } catch {
    byId("start-camera").hidden = false;
    byId("camera-says").textContent = text("cameraRefused");
    return;
  }
  const mine = stream;
  const video = byId("video");
  video.srcObject = stream;
  await video.play().catch(() => {});
  showTorch(stream.getVideoTracks()[0]);
  awake = await navigator.wakeLock?.request("screen").catch(() => null);
  watch(mine, video, scanned);
}

/** Stop it; the light of the phone's camera goes out. */
export function stopCamera() {
  clearTimeout(timer);
  for (const track of stream?.getTracks() ?? []) track.stop();
  stream = null;
  byId("torch").hidden = true;
  awake?.release().catch(() => {});
  awake = null;
}

function watch(mine, video, scanned) {
  const repeats = new Repeats();
  let busy = false;
  const look = async () => {
    if (stream !== mine) return;
    const found = video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA ? await decoder(video).catch(() => null) : null;
    if (stream !== mine) return;
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
