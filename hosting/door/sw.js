// Keeps the page's own files, so that it opens without a network. Touches nothing else: no call and no answer.

// Both lines are written by `python -m devkit.page_files`; the version changes with every file.
const VERSION = "94e658bf3495af11";
const FILES = ["/door/", "/door/account.js", "/door/answer.js", "/door/app-check.js", "/door/bundle.js", "/door/calls.js", "/door/camera.js", "/door/check.js", "/door/config.js", "/door/decoder.js", "/door/door.js", "/door/find.js", "/door/icon.svg", "/door/main.js", "/door/manifest.webmanifest", "/door/records.js", "/door/repeats.js", "/door/scan.js", "/door/screens.js", "/door/signals.js", "/door/store.js", "/door/style.css", "/door/sync.js", "/door/texts.js", "/door/token.js", "/door/trusted.js", "/door/vendor/@noble/ed25519/index.js", "/door/vendor/firebase/firebase-app-check.js", "/door/vendor/firebase/firebase-app.js", "/door/vendor/firebase/firebase-auth.js", "/door/vendor/firebase/firebase-functions.js", "/door/vendor/qr/decode.js", "/door/vendor/qr/index.js"];

const CACHE = `kippu-door-${VERSION}`;
const PAGE = "/door/";

self.addEventListener("install", (event) => {
  event.waitUntil(fill().then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(dropOlder().then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  const path = request.mode === "navigate" && url.pathname === "/door/index.html" ? PAGE : url.pathname;
  if (FILES.includes(path)) event.respondWith(own(path, request));
});

async function fill() {
  const cache = await caches.open(CACHE);
  await cache.addAll(FILES.map((path) => new Request(path, { cache: "reload" })));
}

async function dropOlder() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith("kippu-door-") && name !== CACHE).map((name) => caches.delete(name)));
}

async function own(path, request) {
  const cache = await caches.open(CACHE);
  return (await cache.match(path)) ?? fetch(request);
}
