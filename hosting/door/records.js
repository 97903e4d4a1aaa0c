// What waits to be sent, and what a person must look into: tickets that let two people in, and the like.

import { countAgain, onChange } from "./door.js";
import { byId, element } from "./screens.js";
import * as store from "./store.js";
import { synchronize } from "./sync.js";
import { resultText, text, timeText } from "./texts.js";

export function prepareRecords() {
  byId("send-now").addEventListener("click", sendNow);
  onChange(({ unsent, notices }) => {
    const waiting = unsent.filter(({ stuck }) => !stuck);
    const stuck = unsent.filter((scan) => scan.stuck);
    byId("unsent-says").textContent = waiting.length ? text("unsynced", { n: waiting.length }) : text("nothingUnsent");
    byId("send-now").hidden = waiting.length === 0;
    byId("stuck-part").hidden = stuck.length === 0;
    byId("stuck").replaceChildren(...stuck.map((scan) => element("li", `${line(scan)} · ${scan.stuck}`)));
    byId("no-notices").hidden = notices.length > 0;
    byId("notices").replaceChildren(...notices.map(notice));
    byId("notice-count").textContent = notices.length || "";
  });
}

async function sendNow() {
  await synchronize();
}

function notice(scan) {
  const item = element("li", "", { className: "ticket" });
  const what = scan.kind === "duplicate" ? text("noticeDuplicate") : text("noticeProblem", { result: resultText({ result: scan.problem }) });
  const done = element("button", text("done"), { type: "button", onclick: () => store.dismiss(scan.scan_id).then(countAgain) });
  item.append(element("h3", what), element("p", line(scan)), done);
  return item;
}

function line({ holder_name, seat_number, ticket_id, scanned_at }) {
  const who = [holder_name, seat_number].filter(Boolean).join(" · ") || (ticket_id ? `${text("ticket")} ${ticket_id}` : text("invalid"));
  return `${who} · ${timeText(scanned_at)}`;
}
