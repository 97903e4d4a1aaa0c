// What an administrator may do with a ticket, an order or a purchase in its state; the server decides all the same.

import { to } from "../router.js";
import { yen } from "../format.js";
import { t } from "./ticket.texts.js";

/**
 * The actions for `ActionButton`. document: the purchase as it is in our books. payment: `payment_intents/{id}` of a
 * consultation. person: whose it is, in words. done: called after each.
 */
export function actionsFor({ domain, id, document, payment, person, done }) {
  const shared = { amount: document.amount, person, facts: [[t("id"), id]], done };
  const own = { consultation, checkout, admission }[domain]?.({ id, document, payment, shared }) ?? [];
  return [...own, ...resume({ id, document, shared })];
}

function consultation({ document, payment, shared }) {
  const { status, decision, payment_intent_id: paymentIntentId, amount } = document;
  const which = paymentIntentId ? { paymentIntentId } : { chatRoomId: roomOf(document) };
  const cancel = { ...shared, danger: true, name: "cancelPaymentIntent", data: which };
  if (!paymentIntentId && !which.chatRoomId) return [];
  if (decision === "capture" && status === "active" && document.payment_missing_at) {
    return [{ ...cancel, title: t("writeOff"), consequence: t("writeOffWhat") }];
  }
  if (!decision && ["pending_payment", "authorized", "used"].includes(status)) {
    return [{ ...cancel, title: t("cancelHold"), consequence: t("cancelHoldWhat") }];
  }
  if (!decision && status === "active" && paymentIntentId) {
    return [{ ...shared, title: t("capture"), consequence: t("captureWhat"), danger: true, name: "capturePaymentIntent", data: { paymentIntentId }, fields: [amountField(amount)] }];
  }
  return status === "completed" ? refund(paymentIntentId, left(payment?.amountCaptured, payment?.amountRefunded), shared) : [];
}

function checkout({ id, document, shared }) {
  // One that was carried out stays written down: the money may have come back since, or been paid after all.
  const underWay = document.decision && !document.carried_out_at;
  if (!document.paid_at || underWay || left(document.amount_received ?? document.amount, document.amount_refunded) <= 0) return [];
  return [{ ...shared, title: t("refund"), consequence: t("refundDeviceWhat"), danger: true, name: "refundPurchase", data: { purchaseId: id }, fields: [{ name: "reason", label: t("refundReason"), maxLength: 200 }] }];
}

function admission({ document, shared }) {
  if (document.status !== "paid") return [];
  return refund(document.payment_id, left(document.amount, document.refunded_amount), shared);
}

function refund(paymentIntentId, most, shared) {
  if (!paymentIntentId || most <= 0) return [];
  return [{ ...shared, title: t("refund"), consequence: t("refundWhat"), danger: true, name: "refundPayment", data: { paymentIntentId }, fields: [amountField(most)] }];
}

// What waits for its deadline alone has nothing to go on with.
function resume({ id, document, shared }) {
  const waits = document.due_at && (document.tries > 0 || document.decision || document.due_at <= new Date());
  return waits ? [{ ...shared, title: t("resume"), consequence: t("resumeWhat"), name: "resumeDecision", data: { id } }] : [];
}

const left = (taken, back) => (taken ?? 0) - (back ?? 0);

const roomOf = ({ chat_room_ref: room }) => (room ? room.slice(room.lastIndexOf("/") + 1) : undefined);

const amountField = (most) => ({
  name: "amount", label: t("amount"), kind: "number", value: most, min: 1, max: most, required: true, hint: t("captureHint", { most: yen(most) }),
});

/** Where what a document names is shown. */
export const linksOf = (document) => ({
  device: document.device_id && to("devices", document.device_id),
  event: document.event_id && to("events", document.event_id),
});
