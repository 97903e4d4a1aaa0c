// The only scripts that the page may load by an address made in code: its service worker, and reCAPTCHA for App Check.

const WORKER = "/door/sw.js";
const RECAPTCHA = ["https://www.google.com/recaptcha/enterprise.js", "https://www.gstatic.com/recaptcha/releases/"];

/** The service worker's address, as the browser's Trusted Types want it. */
export function workerUrl() {
  if (!globalThis.trustedTypes) return WORKER;
  return trustedTypes.createPolicy("kippu-door", { createScriptURL: () => WORKER }).createScriptURL(WORKER);
}

/** Let App Check load reCAPTCHA Enterprise, and nothing else. */
export function trustRecaptcha() {
  globalThis.trustedTypes?.createPolicy("default", {
    createScriptURL: (url) => (RECAPTCHA.some((start) => url === start || url.startsWith(start)) ? url : null),
  });
}
