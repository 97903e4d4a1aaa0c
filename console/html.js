// Markup for every screen: html`<p>${text}</p>`. What is filled in is always text or an attribute, never markup.

import htm from "htm";
import { h } from "preact";

export const html = htm.bind(h);
