// What a deployment uploads, packed by firebase-tools itself: the bundle, whatever else lies in the folder.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const { prepareFunctionsUpload } = createRequire(import.meta.url)(
  "firebase-tools/lib/deploy/functions/prepareFunctionsUpload.js",
);

// Tracked, and read on the machine that deploys: parameters become variables of the functions.
const STAYS = [".env", ".env.demo-kippu", "requirements.in"];
const STRAYS = [
  ".env.local", ".env.other-project", ".env.demo-kippu.bak", ".secret.local", ".runtimeconfig.json",
  "service-account.json", "kippu-firebase-adminsdk-1a2b3.json", "key.pem", "id_rsa", "common/tls.key", "payments/keys.p12",
  "qr/keys.json", "secrets.yaml", "credentials", "Dockerfile", "notes.txt", "dump.sql", "data.csv", "scratch.py", "conftest.py",
  "test_main.py", "common/test_cache.py", "common/.hidden.py", "points/.DS_Store", ".DS_Store", ".idea/workspace.xml",
  ".vscode/settings.json", ".git/config", ".git/objects/ab/cd", ".gitignore", ".venv/bin/python", ".venv/lib/site.py",
  "venv/bin/python", "venv/lib/python3.13/site-packages/x.py", "env/lib/x.py", "node_modules/x/index.js", "node_modules/x/x.py",
  "__pycache__/main.cpython-313.pyc", "common/__pycache__/cache.cpython-313.pyc", "common/cache.pyc", ".pytest_cache/v/x",
  ".mypy_cache/x.json", "tests/test_x.py", "consultation/tests/x.py", "firebase-debug.log", "firestore-debug.log", "logs/a.log",
  "build/lib/x.py", "common/main.py.bak", "main.py~", "common/swap.py.swp",
];

let copy;

before(() => {
  copy = mkdtempSync(join(tmpdir(), "kippu-upload-"));
});

after(() => rmSync(copy, { recursive: true, force: true }));

/** The names in the archive of `functions/` under `ignore`. */
async function packed(source, ignore) {
  const options = { exportType: "tar.gz" };
  const { pathToSource } = await prepareFunctionsUpload(copy, source, { ignore: [...ignore] }, [], undefined, options);
  const names = execFileSync("tar", ["-tzf", pathToSource], { encoding: "utf8" }).trim().split("\n");
  rmSync(pathToSource);
  return names.filter((name) => !name.endsWith("/")).sort();
}

test("nothing but the bundle is uploaded", async () => {
  const tracked = execFileSync("git", ["ls-files", "functions"], { cwd: root, encoding: "utf8" }).trim().split("\n");
  for (const file of tracked) cpSync(join(root, file), join(copy, file));
  const source = join(copy, "functions");
  for (const stray of STRAYS) {
    mkdirSync(dirname(join(source, stray)), { recursive: true });
    writeFileSync(join(source, stray), "never to be uploaded");
  }
  const [{ ignore }] = JSON.parse(readFileSync(join(root, "firebase.json"), "utf8")).functions;
  const bundle = tracked.map((file) => file.slice("functions/".length)).filter((file) => !STAYS.includes(file));
  assert.ok(bundle.includes("main.py") && bundle.includes("requirements.txt") && bundle.length > 50);
  assert.deepEqual(await packed(source, ignore), bundle.sort());
  // Control: without these patterns the strays go up, but for the few that firebase-tools itself leaves out.
  const without = await packed(source, ["node_modules", ".git"]);
  assert.ok(STRAYS.filter((stray) => without.includes(stray)).length > STRAYS.length - 10);
});
