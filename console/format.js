// How amounts, moments, lengths of time and ids are shown. Times are Japan's, wherever the browser is.

import { useState } from "preact/hooks";
import { html } from "./html.js";
import { announce } from "./announce.js";
import { language, t } from "./texts.js";

export const ZONE = "Asia/Tokyo";
const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const JUST_NOW = 15 * SECOND;

const NUMBER = new Intl.NumberFormat("en");
// Sweden writes 2026-11-28 15:20:13, which nobody who reads English takes for another day.
const MOMENT = new Intl.DateTimeFormat(language === "ja" ? "ja" : "sv", {
  timeZone: ZONE, year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit",
});

/** An amount in JPY; a dash for what is none. */
export const yen = (amount) => (Number.isFinite(amount) ? `${amount < 0 ? "−" : ""}¥${NUMBER.format(Math.abs(amount))}` : "–");

/** A moment in full, to the second. */
export const moment = (date) => (isDate(date) ? MOMENT.format(date) : "–");

/** A length of time, roughly: the largest unit that is at least one and a half of it. */
export function duration(milliseconds) {
  const length = Math.abs(milliseconds);
  if (length < 90 * SECOND) return t("seconds", { n: Math.round(length / SECOND) });
  if (length < 90 * MINUTE) return t("minutes", { n: Math.round(length / MINUTE) });
  if (length < 36 * HOUR) return t("hours", { n: Math.round(length / HOUR) });
  return t("days", { n: Math.round(length / DAY) });
}

/** How far a moment is from now: "3 min ago", "in 2 h". */
export function distance(date, now) {
  if (!isDate(date)) return "–";
  // `now` is a few seconds old at times: what was just written is not ahead of us.
  const ahead = date - now < JUST_NOW && date > now ? 0 : date - now;
  return t(ahead > 0 ? "ahead" : "ago", { n: duration(ahead) });
}

/** When the day began in Japan, where there is no summer time. */
export function startOfDay(now) {
  const offset = 9 * HOUR;
  return new Date(Math.floor((now.getTime() + offset) / DAY) * DAY - offset);
}

/** A moment, with its distance from `now` if that is given. */
export function When({ date, now }) {
  if (!isDate(date)) return "–";
  return html`<time datetime=${date.toISOString()} title=${moment(date)}>${now ? distance(date, now) : moment(date)}</time>`;
}

// Drawn, because few fonts have a sign for it.
const COPY = html`<svg viewBox="0 0 16 16" width="12" height="12" fill="none" stroke="currentColor" stroke-width="1.5" aria-hidden="true">
  <rect x="5" y="5" width="9" height="9" rx="1.5" /><path d="M11 2H3.5A1.5 1.5 0 0 0 2 3.5V11" /></svg>`;

/** An id, as a link if `href` is given, with a button that copies it. */
export function Id({ id, href }) {
  const [copied, setCopied] = useState(false);
  if (!id) return "–";
  const copy = async () => {
    await navigator.clipboard.writeText(id);
    setCopied(true);
    announce(t("copied"));
  };
  return html`<span class="id">${href ? html`<a href=${href}><code>${id}</code></a>` : html`<code>${id}</code>`}
    <button type="button" class="copy" aria-label=${t("copy", { what: id })} onClick=${copy}>${copied ? "✓" : COPY}</button></span>`;
}

/** The last part of a path: `u1` of `users/u1`. */
export const idOf = (path) => (typeof path === "string" ? path.slice(path.lastIndexOf("/") + 1) : null);

/** Anything that stands in a document, as text. */
export function plain(value) {
  if (value === null || value === undefined) return "–";
  if (isDate(value)) return moment(value);
  if (typeof value === "boolean") return t(value ? "yes" : "no");
  return typeof value === "object" ? JSON.stringify(value, null, 1) : String(value);
}

function isDate(value) {
  return value instanceof Date && !Number.isNaN(value.getTime());
}
