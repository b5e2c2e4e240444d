/**
 * The port to what is good for minutes and had once: one-time codes, turns, answers that are given
 * again, claims on an auth_code. They hold over restarts and for every handle on this store; no
 * export has them.
 *
 * A key is a hash (SHA-256, hex) of what the value stands for, never a secret itself. Values are
 * sealed at rest where there is an encryption key. What has expired is never given, and one that
 * doesn't open counts as not there.
 *
 * A method that can't reach its storage throws ServiceError `store_unavailable`.
 */

export const onceKinds = [
  'login_code',
  'flow_turn',
  'flow_answer',
  'auth_code',
  'returned_code',
  'install_state',
] as const
/**
 * - `login_code`: a code that the business app turns into the member
 * - `flow_turn`: who works out the answer to a return
 * - `flow_answer`: that answer, for whoever asks again
 * - `auth_code`: the event under which an auth_code is exchanged
 * - `returned_code`: the event that keeps what came back from WeCom's install page
 * - `install_state`: what became of an installation that began with a state of ours
 */
export type OnceKind = (typeof onceKinds)[number]

/** Whether the value was put, or else the one that stands there. */
export type PutOnce = { readonly put: true } | { readonly put: false; readonly standing: string }

/** A driver of the event log serves this port too. */
export interface OnceValues {
  /** Puts a value for `ttlMs`, durably, unless one stands there. Of many callers one puts. */
  putOnce(kind: OnceKind, key: string, value: string, ttlMs: number): Promise<PutOnce>

  /** The value, and leaves it there; null if there is none. */
  findOnce(kind: OnceKind, key: string): Promise<string | null>

  /** The value, and removes it, durably: of many callers one gets it, all others null. */
  takeOnce(kind: OnceKind, key: string): Promise<string | null>

  /** Forgets what has expired. Returns how many went. */
  purgeOnce(): Promise<number>
}
