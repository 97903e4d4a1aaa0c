// App Check: proves to the functions that this page, and not a script, calls them. Off where there is no site key.

import { initializeAppCheck, ReCaptchaEnterpriseProvider } from "./vendor/firebase/firebase-app-check.js";
import { trustRecaptcha } from "./trusted.js";

/** Must come before the first call. */
export function prepareAppCheck(app, siteKey) {
  if (!siteKey) return;
  trustRecaptcha();
  initializeAppCheck(app, { provider: new ReCaptchaEnterpriseProvider(siteKey), isTokenAutoRefreshEnabled: true });
}
