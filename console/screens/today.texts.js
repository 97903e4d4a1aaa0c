// The words of the screen Today.

import { textsOf } from "../texts.js";

export const t = textsOf({
  title: ["今日", "Today"],
});
