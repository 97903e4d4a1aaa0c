// The whole purchase under the Firebase emulators: the functions as deployed, the SDK as in the app, the real rules.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { collection, doc, getDoc, getDocs, query, setDoc, updateDoc, where } from "firebase/firestore";

import { payWithCard, paymentIntent, signIn } from "./app.mjs";

const CONSULTANT = "imecon-1";
const PRICE = 5000; // JPY, the seeded ticket type's

let buyer;
let consultant;
let stranger;

before(async () => {
  [buyer, consultant, stranger] = await Promise.all([
    signIn("buyer-e2e"),
    signIn(CONSULTANT),
    signIn("stranger-e2e"),
  ]);
});

after(() => Promise.all([buyer, consultant, stranger].map((user) => user?.close())));

/** Buy a ticket from the seeded consultant and have its hold placed. */
async function buyHeldTicket() {
  const bought = await buyer.call("createPaymentIntent", { imecon_id: CONSULTANT });
  assert.equal(bought.ok, true);
  assert.equal(bought.amount, PRICE);
  const paid = await payWithCard(bought.client_secret);
  assert.equal(paid.status, "requires_capture");
  const ticket = await buyer.call("confirmTicket", { payment_intent_id: bought.payment_intent_id });
  assert.equal(ticket.status, "authorized");
  return { ...bought, ...ticket };
}

test("a consultation from purchase to capture", async () => {
  const ticket = await buyHeldTicket();

  const redeemed = await buyer.call("redeemTicketCode", { ticket_code: ticket.ticket_code });
  assert.equal(redeemed.status, "pending");
  const room = redeemed.chat_room_id;

  const answered = await consultant.call("answerConsultation", { chat_room_id: room, accept: true });
  assert.equal(answered.status, "active");
  // The buyer ends it: a consultant who ends at once would give no service, and the hold would be voided.
  const ended = await buyer.call("endConsultation", { chat_room_id: room });
  assert.equal(ended.status, "ended");

  const payment = await paymentIntent(ticket.payment_intent_id);
  assert.equal(payment.status, "succeeded");
  assert.equal(payment.amount_received, PRICE);
  const stored = await getDoc(doc(buyer.db, "payment_intents", ticket.payment_intent_id));
  assert.equal(stored.get("status"), "captured");
  assert.equal(stored.get("amountCaptured"), PRICE);
  assert.equal((await getDoc(doc(buyer.db, "tickets", ticket.ticket_id))).get("status"), "completed");
});

test("a refusal carries its reason to the app", async () => {
  await assert.rejects(buyer.call("redeemTicketCode", { ticket_code: "0000-0000-0000" }), (error) => {
    assert.equal(error.code, "functions/not-found");
    assert.equal(error.details.reason, "CODE_INVALID");
    assert.match(error.message, /コードが正しくありません/);
    return true;
  });
});

test("the rules: one's own ticket can be read, and nobody writes it", async () => {
  const { ticket_id: id, payment_intent_id: payment } = await buyHeldTicket();
  const denied = { code: "permission-denied" };
  const own = doc(buyer.db, "tickets", id);

  assert.equal((await getDoc(own)).get("status"), "authorized");
  const me = doc(buyer.db, "users", buyer.uid);
  const mine = await getDocs(query(collection(buyer.db, "tickets"), where("user_ref", "==", me)));
  assert.ok(mine.docs.some((ticket) => ticket.id === id));

  await assert.rejects(getDoc(doc(stranger.db, "tickets", id)), denied);
  await assert.rejects(updateDoc(own, { status: "completed" }), denied);
  await assert.rejects(updateDoc(doc(buyer.db, "payment_intents", payment), { amount: 1 }), denied);
  await assert.rejects(setDoc(me, { availablePoints: 1000 }, { merge: true }), denied);
  await setDoc(me, { display_name: "買い手" }, { merge: true });
  assert.equal((await getDoc(own)).get("status"), "authorized");
  assert.equal((await getDoc(me)).get("availablePoints") ?? 0, 0);
});

test("an account deletes itself, and its sign-in is gone", async () => {
  const leaver = await signIn("leaver-e2e");
  try {
    await setDoc(doc(leaver.db, "users", leaver.uid), { display_name: "退会する人" });
    const bought = await leaver.call("createPaymentIntent", { imecon_id: CONSULTANT });
    await payWithCard(bought.client_secret);
    await leaver.stillSignedIn();

    assert.deepEqual(await leaver.call("deleteAccount", {}), { ok: true, deleted: true });

    assert.equal((await paymentIntent(bought.payment_intent_id)).status, "canceled");
    assert.equal((await getDoc(doc(leaver.db, "users", leaver.uid))).exists(), false);
    await assert.rejects(leaver.call("createPaymentIntent", { imecon_id: CONSULTANT }), (error) => {
      assert.equal(error.details.reason, "ACCOUNT_DELETED");
      return true;
    });
    await assert.rejects(leaver.stillSignedIn(), /auth\/(user-not-found|user-token-expired)/);
  } finally {
    await leaver.close();
  }
});
