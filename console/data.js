// Live reading of Firestore, bounded: a document, or a list with a limit and "more". Values come as plain ones: a
// timestamp as a Date, a reference as its path.

import {
  collection,
  doc,
  getDoc,
  limit as atMost,
  onSnapshot,
  orderBy as inOrder,
  query,
  where as only,
} from "./vendor/firebase/firebase-firestore.js";
import { useEffect, useRef, useState } from "preact/hooks";
import { firebase } from "./firebase.js";

/** The greatest number of documents that one list listens to, however often "more" is asked for. */
export const MOST = 1_000;

/** For `where`: the document at a path, as a value that is a reference. */
export const ref = (path) => doc(firebase.db, path);

/**
 * The document at `path` (null for none yet): `{data, loading, error}`. `data` is null where there is no such document.
 */
export function useDoc(path) {
  const [state, setState] = useState({ path, data: null, loading: true, error: null });
  useEffect(() => {
    setState({ path, data: null, loading: path !== null, error: null });
    if (path === null) return undefined;
    return onSnapshot(
      ref(path),
      (found) => setState({ path, data: found.exists() ? plainOf(found.data()) : null, loading: false, error: null }),
      (error) => setState({ path, data: null, loading: false, error: error.message }),
    );
  }, [path]);
  // What is kept is of the path before until the listener of this one says something.
  return state.path === path ? state : { path, data: null, loading: path !== null, error: null };
}

/**
 * A list: `{rows, loading, error, more}`. A row is `{id, path, data}`; `more` is null, or a function that doubles what is
 * shown. `where` is `[[field, operator, value]]`, `orderBy` is `[[field, "asc" | "desc"]]`; `limit` is required.
 * Without a `collection` (null) nothing is asked for.
 */
export function useList({ collection: name, where = [], orderBy = [], limit }) {
  if (!limit) throw new Error("a list needs a limit");
  const key = JSON.stringify([name, where.map(([field, how, value]) => [field, how, value?.path ?? value]), orderBy, limit]);
  const [state, setState] = useState({ key, pages: 1, rows: [], loading: true, error: null, full: false });
  const pages = state.key === key ? state.pages : 1;
  useEffect(() => {
    const shown = Math.min(limit * pages, MOST);
    const change = (values) => setState((before) => ({ ...of(before, key), ...values, loading: false }));
    setState((before) => ({ ...of(before, key), loading: Boolean(name) }));
    if (!name) return undefined;
    const asked = query(
      collection(firebase.db, name),
      ...where.map(([field, how, value]) => only(field, how, value)),
      ...orderBy.map(([field, way]) => inOrder(field, way)),
      atMost(shown + 1),
    );
    return onSnapshot(
      asked,
      ({ docs }) => change({ rows: docs.slice(0, shown).map(rowOf), full: docs.length > shown, error: null }),
      (error) => change({ rows: [], full: false, error: error.message }),
    );
  }, [key, pages]);
  const { rows, loading, error, full } = of(state, key);
  const mayGrow = full && limit * pages < MOST;
  return { rows, loading, error, full, more: mayGrow ? () => setState((before) => ({ ...before, pages: pages * 2 })) : null };
}

/**
 * Documents of a collection as they were when first asked for, by id: for what is beside a list's rows and does not
 * change any more. Each is read once.
 */
export function useBeside(name, ids) {
  const [known, setKnown] = useState(() => new Map());
  const asked = useRef(new Set());
  useEffect(() => {
    const fresh = ids.filter((id) => id && !asked.current.has(id));
    for (const id of fresh) asked.current.add(id);
    // One by one: a query for many ids makes the emulator look through the whole collection.
    for (const id of fresh) {
      getDoc(ref(`${name}/${id}`)).then(
        (found) => found.exists() && setKnown((before) => new Map([...before, [id, plainOf(found.data())]])),
        // The list itself says what is wrong with reading.
        () => {},
      );
    }
  }, [ids.join(" ")]);
  return known;
}

/** Now, again every `seconds`, for ages and deadlines that pass by themselves. */
export function useNow(seconds = 30) {
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    const timer = setInterval(() => setNow(new Date()), seconds * 1_000);
    return () => clearInterval(timer);
  }, [seconds]);
  return now;
}

export function rowOf(found) {
  return { id: found.id, path: found.ref.path, data: plainOf(found.data()) };
}

// What is kept belongs to the list before, until the list asked for now has said something.
function of(state, key) {
  return state.key === key ? state : { key, pages: 1, rows: [], loading: true, error: null, full: false };
}

function plainOf(value) {
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map(plainOf);
  if (typeof value.toDate === "function") return value.toDate();
  if (typeof value.path === "string" && value.firestore) return value.path;
  if (Object.getPrototypeOf(value) !== Object.prototype) return String(value);
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, plainOf(inner)]));
}
