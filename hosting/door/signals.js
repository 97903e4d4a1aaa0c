// What staff hear and feel of an answer without looking: two rising tones for come in, one low one for anything else.

let audio = null;

/** Browsers make no sound before a person has touched the page. */
export function prepareSignals() {
  const wake = () => {
    audio ??= new AudioContext();
    audio.resume().catch(() => {});
  };
  for (const touch of ["pointerdown", "keydown"]) addEventListener(touch, wake, { capture: true });
}

export function signal(ok) {
  navigator.vibrate?.(ok ? 80 : [250, 100, 250]);
  if (audio?.state !== "running") return;
  if (ok) tones("sine", [880, 1320], 0.12);
  else tones("square", [160], 0.5);
}

function tones(shape, frequencies, seconds) {
  frequencies.forEach((frequency, place) => {
    const tone = new OscillatorNode(audio, { type: shape, frequency });
    const volume = new GainNode(audio, { gain: 0.2 });
    tone.connect(volume).connect(audio.destination);
    const begins = audio.currentTime + place * seconds;
    tone.start(begins);
    tone.stop(begins + seconds);
  });
}
