// One name for each function that is measured.
export { cancelPaymentIntent, capturePaymentIntent, createPaymentIntent } from './payments.js';
export { checkQRUsage, recordQRUsage, verifySecureQR } from './qr.js';
export { redeemTicketCode } from './tickets.js';
