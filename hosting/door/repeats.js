// A code that stays before the camera is one scan: it must leave, or a time must pass, before it is another.

/** Milliseconds without a code until it has left: a decoder misses single pictures. */
const LEFT = 700;
const AGAIN = 3_000;

/** Tells which of the codes that a camera sees are new ones; `time` is in milliseconds. */
export class Repeats {
  #subject = null;
  #seen = -Infinity;
  #answered = -Infinity;

  /** Whether a code of `subject`, seen now, is to be scanned. */
  isNew(subject, time) {
    const same = subject === this.#subject && time - this.#seen < LEFT && time - this.#answered < AGAIN;
    this.#seen = time;
    if (same) return false;
    this.#subject = subject;
    this.#answered = time;
    return true;
  }

  /** It is seen while its answer is shown. */
  see(subject, time) {
    if (subject === this.#subject) this.#seen = this.#answered = time;
  }
}
