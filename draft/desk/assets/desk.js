// Everything here works on pages that are whole without it.

import "./copy.js";
import "./swap.js";
import "./trouble.js";
import "./unheard.js";
import "./live.js";
import "./attach.js";
import "./edit.js";
import "./filter.js";
import "./bulk.js";
import "./trust.js";
import "./keys.js";
import "./mask.js";
