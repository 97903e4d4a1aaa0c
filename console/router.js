// Which screen the address names: `#/ticket/<id>` is the screen whose path is `/ticket/:id`.

import { makeState } from "./state.js";

const current = makeState(read());

addEventListener("hashchange", () => current.set(read()));

/** The path in the address, decoded: `["ticket", "<id>"]`. */
export const useRoute = () => current.use();

/** An address: `to("ticket", id)`. */
export const to = (...parts) => `#/${parts.map(encodeURIComponent).join("/")}`;

export function go(address) {
  location.hash = address;
}

/** Go there, and let "back" lead to where one was before this. */
export function goInstead(address) {
  location.replace(address);
}

/** The parameters of `path` in `parts`, or null if it is another one. A parameter with `?` may be missing. */
export function match(path, parts) {
  const wanted = path.split("/").slice(1);
  if (parts.length > wanted.length) return null;
  const found = {};
  for (const [index, name] of wanted.entries()) {
    const part = parts[index];
    if (!name.startsWith(":")) {
      if (part !== name) return null;
    } else if (part !== undefined) found[name.slice(1).replace("?", "")] = part;
    else if (!name.endsWith("?")) return null;
  }
  return found;
}

function read() {
  const parts = location.hash.replace(/^#?\/?/, "").split("/").filter(Boolean);
  return (parts.length ? parts : ["today"]).map(decoded);
}

function decoded(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
