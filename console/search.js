// The one search box: what is typed leads to the search screen, which finds out what it is.

import { useEffect, useRef } from "preact/hooks";
import { html } from "./html.js";
import { go, to } from "./router.js";
import { t } from "./texts.js";

export function SearchBox() {
  const input = useRef(null);
  useEffect(() => {
    const focus = (event) => {
      if (event.key !== "/" || isTyping(event.target) || document.querySelector("dialog[open]")) return;
      event.preventDefault();
      input.current.focus();
    };
    addEventListener("keydown", focus);
    return () => removeEventListener("keydown", focus);
  }, []);
  const submit = (event) => {
    event.preventDefault();
    const text = input.current.value.trim();
    if (!text) return;
    input.current.value = "";
    go(to("search", text));
  };
  return html`<form role="search" onSubmit=${submit}>
    <label class="unseen" for="search">${t("search")}</label>
    <input id="search" ref=${input} type="search" autocomplete="off" autocapitalize="none" spellcheck=${false} placeholder=${t("searchHint")} />
    <button type="submit">${t("search")}</button>
  </form>`;
}

function isTyping(target) {
  return target instanceof Element && target.matches("input, textarea, select, [contenteditable]");
}
