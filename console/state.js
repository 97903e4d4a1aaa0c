// A value that many parts of the page read, and that shows everywhere when it is set.

import { useEffect, useState } from "preact/hooks";

/** `get()`, `set(value)`, and the hook `use()`. */
export function makeState(value) {
  const listeners = new Set();
  return {
    get: () => value,
    set(next) {
      value = next;
      for (const listener of [...listeners]) listener(next);
    },
    use() {
      const [shown, show] = useState(value);
      useEffect(() => {
        const listener = (next) => show(() => next);
        listeners.add(listener);
        // It may have been set between being shown and being listened to.
        listener(value);
        return () => listeners.delete(listener);
      }, []);
      return shown;
    },
  };
}
