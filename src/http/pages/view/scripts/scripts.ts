/** The only two scripts of these pages, fixed texts that CSP knows by their hashes. */

import goOn from './go-on.js' with { type: 'text' }
import wait from './wait.js' with { type: 'text' }

/**
 * Goes on to the button's address. Not every browser sends a Referer from a refresh, and WeCom's
 * install page wants one.
 */
export const goOnScript: string = goOn

/** Asks what `#waiting` names in `data-ask`; shows `#over` instead once that is refused. */
export const waitScript: string = wait
