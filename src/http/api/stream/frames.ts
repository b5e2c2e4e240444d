/**
 * Server-sent events as text (https://html.spec.whatwg.org/multipage/server-sent-events.html).
 * Pure.
 */

/** Why a stream ends that its reader didn't end. */
export type EndOfStream =
  /** Its reader took nothing for too long. */
  | 'cut'
  /** The key was revoked or has ended. */
  | 'unauthorized'
  /** Another stream of the same key took over the session. */
  | 'superseded'

const endings: Readonly<Record<EndOfStream, string>> = {
  cut: 'Nothing was read for too long. Connect again with Last-Event-ID and nothing is lost.',
  unauthorized: 'The key was revoked or has ended.',
  superseded: 'Another stream of this key took over this session.',
}

/** How long a browser waits before it connects again. */
export const retryFrame = 'retry: 2000\n\n'

const frame = (id: string | null, event: string | null, data: object): string =>
  [
    ...(id === null ? [] : [`id: ${id}`]),
    ...(event === null ? [] : [`event: ${event}`]),
    `data: ${JSON.stringify(data)}`,
    '',
    '',
  ].join('\n')

/** An event of the log. It has no name, so that `onmessage` of a browser gets it. */
export const eventFrame = (shown: { readonly id: string }): string => frame(shown.id, null, shown)

/**
 * A sign of life, and where the stream stands: whoever connects again is not sent back to the last
 * event that its filter let through.
 */
export const pingFrame = (position: string | null, now: number): string =>
  frame(position, 'ping', { at: now })

/** What lies between the reader's last event and the oldest that is kept is gone. */
export const gapFrame = (oldest: string | null): string => frame(null, 'gap', { oldest })

export const endFrame = (why: EndOfStream): string =>
  frame(null, why, { reason: why, detail: endings[why] })
