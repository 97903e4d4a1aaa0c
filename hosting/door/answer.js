// The answer to a scan, over the whole screen: green for come in, red for anything else.

import { byId, element } from "./screens.js";
import { signal } from "./signals.js";
import { resultText, text, timeText } from "./texts.js";

/** Milliseconds that an answer stays, unless it is tapped away. */
const STAYS = 2_000;

/** Show what the door says; resolves when the answer is gone. */
export function showAnswer(answer) {
  const details = [answer.holder_name, answer.seat_number, answer.tier];
  if (answer.result !== "ok" && answer.entered_at) details.push(text("atTime", { at: timeText(answer.entered_at) }));
  if (answer.offline) details.push(text("checkedOffline"));
  return over(answer.result === "ok", answer.result, resultText(answer), details.filter(Boolean));
}

/** Show why there is no answer. */
export function showTrouble(key) {
  return over(false, key, text(key), []);
}

/** Show the last answer no more. */
export function forgetLast() {
  byId("last").className = "";
  byId("last").textContent = text("nothingYet");
}

function over(ok, result, words, details) {
  const whole = byId("answer");
  whole.dataset.result = result;
  whole.className = ok ? "ok" : "refused";
  byId("answer-icon").textContent = ok ? "✓" : "✕";
  byId("answer-words").textContent = words;
  byId("answer-details").replaceChildren(...details.map((line) => element("li", line)));
  keepLast(ok, words, details);
  // Not by `hidden`: a dialog holds the focus, and its words are read out.
  whole.showModal();
  signal(ok);
  return new Promise((resolve) => {
    const timer = setTimeout(() => whole.close(), STAYS);
    whole.onclick = () => whole.close();
    whole.addEventListener("close", () => (clearTimeout(timer), resolve()), { once: true });
  });
}

// Who looked away still finds it, until the next one.
function keepLast(ok, words, details) {
  byId("last").className = ok ? "ok" : "refused";
  byId("last").textContent = [ok ? "✓" : "✕", words, ...details].join(" · ");
}
