// Counts and sums that Firestore makes, for what is too many to be read. They are no listeners: they are asked for again
// when `again` changes, at most once a second, and every so many `seconds` while the page is seen.

import { collection, count, getAggregateFromServer, query, sum, where as only } from "./vendor/firebase/firebase-firestore.js";
import { useEffect, useRef, useState } from "preact/hooks";
import { firebase } from "./firebase.js";

// Milliseconds, however fast `again` changes.
const LEAST_WAIT = 1_000;

/**
 * `{values, error}`; `values` is null until they are there. asked: `{name: {collection, where, sums?}}`. A value is
 * `{count}`, with the sum of each field in `sums` by its name. What stands in `where` must be text, a number or null.
 */
export function useTotals(asked, { again = null, seconds = 0 } = {}) {
  const key = JSON.stringify(asked);
  const [state, setState] = useState({ key, values: null, error: null });
  const turn = useRef({ at: 0, asked: 0, shown: 0 });
  useEffect(() => {
    let timer;
    let over = false;
    const show = (number, values, error) => {
      // Answers may overtake each other.
      if (number < turn.current.shown) return;
      turn.current.shown = number;
      setState({ key, values, error });
    };
    const ask = async () => {
      if (!document.hidden) {
        turn.current.at = Date.now();
        const number = ++turn.current.asked;
        await valuesOf(asked).then((values) => show(number, values, null), (error) => show(number, null, error.message));
      }
      if (seconds && !over) timer = setTimeout(ask, seconds * 1_000);
    };
    timer = setTimeout(ask, Math.max(0, turn.current.at + LEAST_WAIT - Date.now()));
    return () => {
      over = true;
      clearTimeout(timer);
    };
  }, [key, again, seconds]);
  return state.key === key ? state : { values: null, error: null };
}

async function valuesOf(asked) {
  const values = await Promise.all(Object.entries(asked).map(async ([name, one]) => [name, await valueOf(one)]));
  return Object.fromEntries(values);
}

async function valueOf({ collection: name, where, sums = [] }) {
  const found = query(collection(firebase.db, name), ...where.map(([field, how, value]) => only(field, how, value)));
  const wanted = { count: count(), ...Object.fromEntries(sums.map((field) => [field, sum(field)])) };
  return (await getAggregateFromServer(found, wanted)).data();
}
