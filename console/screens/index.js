// All screens, in the order of the menu. One with a parameter in its path is not in the menu, unless it may be left out.

import * as audit from "./audit.js";
import * as campaigns from "./campaigns.js";
import * as holds from "./holds.js";
import * as master from "./master.js";
import * as reconciliations from "./reconciliations.js";
import * as search from "./search.js";
import * as ticket from "./ticket.js";
import * as today from "./today.js";

export const screens = [today, holds, ticket, reconciliations, campaigns, master, audit, search];
