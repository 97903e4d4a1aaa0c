// All screens, in the order of the menu. One with a parameter in its path is not in the menu, unless it may be left out.

import * as audit from "./audit.js";
import * as campaigns from "./campaigns.js";
import * as devices from "./devices.js";
import * as event from "./event.js";
import * as events from "./events.js";
import * as holds from "./holds.js";
import * as master from "./master.js";
import * as points from "./points.js";
import * as purchase from "./purchase.js";
import * as reconciliations from "./reconciliations.js";
import * as search from "./search.js";
import * as ticket from "./ticket.js";
import * as today from "./today.js";

export const screens = [
  today, holds, ticket, reconciliations, points, events, event, devices, purchase, campaigns, master, audit, search,
];
