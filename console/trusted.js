// The only scripts that the page may load by an address made in code: reCAPTCHA, for App Check.

const RECAPTCHA = ["https://www.google.com/recaptcha/enterprise.js", "https://www.gstatic.com/recaptcha/releases/"];

/** Let App Check load reCAPTCHA Enterprise, and nothing else. */
export function trustRecaptcha() {
  globalThis.trustedTypes?.createPolicy("default", {
    createScriptURL: (url) => (RECAPTCHA.some((start) => url === start || url.startsWith(start)) ? url : null),
  });
}
