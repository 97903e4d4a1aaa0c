// A code that stays before the camera is scanned once; one that left, or another, is scanned.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Repeats } from "../../hosting/door/repeats.js";

/** Which of the times, in milliseconds, are scans of a code that is seen at each of them. */
function scans(repeats, times, subject = "a") {
  return times.filter((time) => repeats.isNew(subject, time));
}

const every100 = (from, to) => Array.from({ length: (to - from) / 100 + 1 }, (_, n) => from + n * 100);

test("a code that stays is one scan until three seconds have passed", () => {
  assert.deepEqual(scans(new Repeats(), every100(0, 3_100)), [0, 3_000]);
});

test("a picture that the decoder missed does not make it another scan", () => {
  assert.deepEqual(scans(new Repeats(), [0, 100, 700, 1_300]), [0]);
});

test("a code that left and came back is another scan", () => {
  assert.deepEqual(scans(new Repeats(), [0, 100, 900]), [0, 900]);
});

test("another code is scanned at once", () => {
  const repeats = new Repeats();
  assert.deepEqual(scans(repeats, [0], "a"), [0]);
  assert.deepEqual(scans(repeats, [100], "b"), [100]);
  assert.deepEqual(scans(repeats, [200], "a"), [200]);
});

test("while its answer is shown the three seconds do not begin", () => {
  const repeats = new Repeats();
  repeats.isNew("a", 0);
  for (const time of every100(100, 2_000)) repeats.see("a", time);
  assert.deepEqual(scans(repeats, every100(2_100, 5_100)), [5_000]);
});
