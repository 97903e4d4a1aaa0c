// Which Firebase project this is: Hosting's own file, and /door/config.json for what that leaves out.

import { keep, kept } from "./store.js";

const FILES = { firebase: "/__/firebase/init.json", door: "/door/config.json" };

/**
 * `{firebase, region, recaptcha_site_key, emulators?}`. What the phone kept comes at once, so that the page opens
 * without a network; what changed since counts from the next start on.
 */
export async function loadConfig() {
  const before = await kept("config");
  const fresh = fetchConfig().then(async (config) => {
    await keep("config", config);
    return config;
  });
  if (!before) return fresh;
  fresh.catch(() => {});
  return before;
}

async function fetchConfig() {
  const [firebase, door] = await Promise.all(Object.values(FILES).map(fetchJson));
  return { firebase, ...door };
}

async function fetchJson(path) {
  const answer = await fetch(path, { cache: "no-cache" });
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return answer.json();
}
