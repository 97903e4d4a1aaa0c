// The codes that were just made: shown this once, to be copied or kept as a file. Nobody can read them again.

import { useEffect, useRef, useState } from "preact/hooks";
import { announce } from "../announce.js";
import { moment } from "../format.js";
import { html } from "../html.js";
import { Facts } from "../table.js";
import { t } from "./campaigns.texts.js";

/** `made` is what createTicketCodes answered. */
export function NewCodes({ made, close }) {
  const heading = useRef(null);
  const [copied, setCopied] = useState(false);
  const text = `${made.codes.join("\n")}\n`;
  useEffect(() => heading.current.focus(), []);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
    announce(t("copied"));
  };
  return html`<section class="once" aria-labelledby="codes">
    <h2 id="codes" ref=${heading} tabindex="-1">${t("newCodes", { n: made.codes.length })}</h2>
    <p class="warns" role="alert">${t("once")}</p>
    <${Facts} facts=${[[t("campaign"), made.campaign_id], [t("each"), made.max_redemptions], [t("until"), moment(new Date(made.valid_until))]]} />
    <pre class="codes" tabindex="0" aria-label=${t("codes")}>${text}</pre>
    <p class="buttons">
      <button type="button" class="main" onClick=${copy}>${copied ? t("copied") : t("copyAll")}</button>
      <${Download} text=${text} name="codes-${made.campaign_id}.txt" />
      <button type="button" onClick=${close}>${t("forget")}</button>
    </p>
  </section>`;
}

function Download({ text, name }) {
  const [address, setAddress] = useState(null);
  useEffect(() => {
    const made = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
    setAddress(made);
    return () => URL.revokeObjectURL(made);
  }, [text]);
  return address && html`<a class="button" href=${address} download=${name}>${t("download")}</a>`;
}
