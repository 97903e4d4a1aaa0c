// Which Firebase project this is: Hosting's own file, and /config.json for what that leaves out.

const FILES = ["/__/firebase/init.json", "/config.json"];

/**
 * `{firebase, region, recaptcha_site_key, operations_url, operations_url_ja, emulators?}`, once it is loaded. The two are
 * where the team reads docs/operations.md and docs/operations.ja.md; without them the console names their headings only.
 */
export const config = {};

export async function loadConfig() {
  const [firebase, more] = await Promise.all(FILES.map(fetchJson));
  return Object.assign(config, { firebase }, more);
}

async function fetchJson(path) {
  const answer = await fetch(path, { cache: "no-cache" });
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return answer.json();
}
