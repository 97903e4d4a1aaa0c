// The one dialog for every action: it repeats amount, person and what happens, asks for the note, and calls the server.
//
//   <${ActionButton} action=${{
//     title: "…", amount: 5000, person: "…", facts: [["…", "…"]], consequence: "…", danger: true,
//     name: "cancelPaymentIntent", data: { paymentIntentId },
//     fields: [{ name: "amount", label: "…", kind: "number", value: 5000, min: 1, max: 5000, required: true }],
//     done: (answer) => {},
//   }} />
//
// A field's `kind` is text (if none is given), number, checkbox, lines (a list of texts, one a line), long (a text of
// several lines), date (a Date, chosen in Japan's time) or select (with `options: [[value, words]]`). What is empty and
// not required is left out of what is sent. `data` may also be a function of the fields' values. `note: false` asks for none.
// A support account sees no buttons.

import { useEffect, useRef, useState } from "preact/hooks";
import { account } from "./account.js";
import { announce } from "./announce.js";
import { call } from "./calls.js";
import { yen } from "./format.js";
import { html } from "./html.js";
import { makeState } from "./state.js";
import { Facts } from "./table.js";
import { t } from "./texts.js";

const LONGEST_NOTE = 500;
const asked = makeState(null);

/** Open the dialog; it gives the focus back to where it was when it closes. */
export const act = (action) => asked.set(action);

export function ActionButton({ action, label }) {
  if (!account.use()?.acts) return null;
  return html`<button type="button" class=${action.danger ? "danger" : ""} onClick=${() => act(action)}>${label ?? action.title}</button>`;
}

/** Shown once, by the shell. */
export function ActionDialog() {
  const action = asked.use();
  return action && html`<${Dialog} key=${action} action=${action} />`;
}

function Dialog({ action }) {
  const dialog = useRef(null);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState(null);
  useEffect(() => dialog.current.showModal(), []);
  const submit = async (event) => {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    setFailure(null);
    try {
      const answer = await call(action.name, dataOf(action, event.target.elements));
      dialog.current?.close();
      announce(t("done", { what: action.title }));
      action.done?.(answer);
    } catch (error) {
      // A browser lets nobody be kept in a dialog: who left while the server worked is told all the same.
      if (!dialog.current) return announce(wordsOf(error));
      setFailure(error);
      setBusy(false);
    }
  };
  const { amount, person, facts = [], consequence } = action;
  const told = [[t("amount"), amount === undefined ? null : yen(amount)], [t("person"), person], ...facts, [t("consequence"), consequence]];
  // While the server works the dialog stays: what it answers must be seen.
  return html`<dialog ref=${dialog} class="action" aria-labelledby="action-title" onCancel=${(event) => busy && event.preventDefault()} onClose=${() => asked.set(null)}>
    <form onSubmit=${submit}>
      <h2 id="action-title">${action.title}</h2>
      <${Facts} facts=${told} />
      ${(action.fields ?? []).map((field) => html`<${Field} key=${field.name} field=${field} problem=${problemOf(failure, field.name)} />`)}
      ${action.note !== false && html`<${Field} field=${noteField()} problem=${problemOf(failure, "note")} />`}
      ${failure && html`<p class="bad" role="alert">${wordsOf(failure)}</p>`}
      <p class="buttons">
        <button type="button" disabled=${busy} onClick=${() => dialog.current.close()}>${t("cancel")}</button>
        <button type="submit" class=${action.danger ? "main danger" : "main"} aria-disabled=${busy}>${busy ? t("working") : action.title}</button>
      </p>
    </form>
  </dialog>`;
}

const noteField = () => ({ name: "note", label: t("note"), hint: t("noteHint"), kind: "long", required: true, maxLength: LONGEST_NOTE });

/** A failed call in words. */
export function wordsOf(failure) {
  const { message, reason, passing } = failure;
  return passing ? t("passing", { message }) : t("refused", { message, reason: reason ?? "?" });
}

// The server may spell a field as Python does, and names a part of it as in `rows.0`.
function problemOf(failure, name) {
  const listed = failure?.details?.fields;
  if (!Array.isArray(listed)) return null;
  const found = listed.find(({ field }) => spelled(String(field).split(".")[0]) === name);
  return found ? t("wrong", { problem: found.problem }) : null;
}

const spelled = (field) => field.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase());

/** One labelled input, with its hint and what the server said against it. */
export function Field({ field, problem }) {
  const { name, label, kind = "text", hint } = field;
  const id = `field-${name}`;
  const about = [hint && `${id}-hint`, problem && `${id}-problem`].filter(Boolean).join(" ") || null;
  const common = { id, name, required: field.required, "aria-describedby": about, "aria-invalid": problem ? "true" : null };
  return html`<div class=${kind === "checkbox" ? "field check" : "field"}>
    <label for=${id}>${label}</label>
    <${Input} field=${field} common=${common} />
    ${hint && html`<p id="${id}-hint" class="quiet">${hint}</p>`}
    ${problem && html`<p id="${id}-problem" class="bad">${problem}</p>`}
  </div>`;
}

function Input({ field, common }) {
  const { kind = "text", value, maxLength } = field;
  if (kind === "checkbox") return html`<input ...${common} required=${false} type="checkbox" defaultChecked=${value === true} />`;
  if (kind === "lines" || kind === "long") {
    return html`<textarea ...${common} rows=${3} maxLength=${maxLength} defaultValue=${kind === "lines" ? (value ?? []).join("\n") : (value ?? "")}></textarea>`;
  }
  if (kind === "select") {
    return html`<select ...${common}>${field.options.map(([option, words]) => html`
      <option value=${option} selected=${option === value}>${words}</option>`)}</select>`;
  }
  if (kind === "number") {
    return html`<input ...${common} type="number" inputmode="numeric" step=${1} min=${field.min} max=${field.max} defaultValue=${value ?? ""} />`;
  }
  if (kind === "date") return html`<input ...${common} type="datetime-local" defaultValue=${value ? inJapan(value) : ""} />`;
  return html`<input ...${common} type="text" maxLength=${maxLength} autocomplete="off" defaultValue=${value ?? ""} />`;
}

function dataOf(action, elements) {
  const fields = action.note === false ? (action.fields ?? []) : [...(action.fields ?? []), noteField()];
  const values = Object.fromEntries(
    fields.map((field) => [field.name, valueOf(field, elements.namedItem(field.name))]).filter(([, value]) => value !== undefined),
  );
  return typeof action.data === "function" ? action.data(values) : { ...action.data, ...values };
}

function valueOf({ kind = "text" }, element) {
  if (kind === "checkbox") return element.checked;
  if (kind === "lines") return element.value.split("\n").map((line) => line.trim()).filter(Boolean);
  const text = element.value.trim();
  if (text === "") return undefined;
  if (kind === "number") return Number(text);
  return kind === "date" ? new Date(`${text}+09:00`).toISOString() : text;
}

const inJapan = (date) => new Date(date.getTime() + 9 * 3_600_000).toISOString().slice(0, 16);
