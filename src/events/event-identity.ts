/** The identity of an event, which tells a repeated push from a new one. Pure. */
import { hash } from 'node:crypto'

/** The seconds that a message names, in either of WeCom's words for them. */
const moment = /<(?:TimeStamp|CreateTime)>(?:<!\[CDATA\[)?\s*(\d{1,10})\b/

/**
 * Identity of an event: its suite and its whole decrypted body, as a hash. Before it stands the
 * moment that the body names, or zeros: what comes at one time then lies side by side where
 * identities are kept in order, and a commit touches few places of theirs.
 */
export const eventIdentity = (suiteId: string | null, body: string): string => {
  const seconds = moment.exec(body)?.[1] ?? ''
  return `t${seconds.padStart(10, '0')}-${hash('sha256', `${suiteId ?? ''}\n${body}`)}`
}
