// How often each schedule runs, in seconds, to tell which is late or never ran.

export const SCHEDULES = {
  endOverdueSessions: 60,
  expireOrders: 60,
  settleOrders: 60,
  voidExpiredAuthorizations: 300,
  settleCheckouts: 300,
  reconcilePayments: 86400,
};

/** A run may be slow, or one be left out, before a person has to look: as late as ops/alerts/ says. */
export const grace = (seconds) => Math.min(Math.max(seconds, 600), 3600);
