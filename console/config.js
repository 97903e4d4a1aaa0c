// Which Firebase project this is: Hosting's own file, and /config.json for what that leaves out.

const FILES = ["/__/firebase/init.json", "/config.json"];

/** `{firebase, region, recaptcha_site_key, emulators?}`. */
export async function loadConfig() {
  const [firebase, more] = await Promise.all(FILES.map(fetchJson));
  return { firebase, ...more };
}

async function fetchJson(path) {
  const answer = await fetch(path, { cache: "no-cache" });
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return answer.json();
}
