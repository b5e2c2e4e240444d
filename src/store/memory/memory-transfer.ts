/** The export of events and identities out of the memory event log, and their import. */
import type { Lifecycle } from '../driver/lifecycle'
import { cursorAfterSeq, pageOf, seqAfter } from '../driver/paging'
import type { EventTransfer } from '../event-log'
import type { EventRecord } from '../event-record'
import { entryOf, isUnfinished, recordOf } from './entry'
import { findEntry, type MemoryEventLogData } from './event-log-data'

const stretchLength = 100

/** @param onRestored is given each event that came back, in the same step */
export const createMemoryTransfer = (
  data: MemoryEventLogData,
  run: Lifecycle['run'],
  onRestored: (event: EventRecord) => void,
): EventTransfer => ({
  listUnfinished: (cursor) =>
    run(() => {
      const after = seqAfter(cursor)
      const rest = data.entries.filter(({ seq }) => seq > after)
      const { items, next } = pageOf(rest, stretchLength, cursorAfterSeq)
      return { items: items.filter(isUnfinished).map(recordOf), next }
    }),

  listIdentities: (cursor) =>
    run(() => {
      const all = [...data.identities].map(([identity, seenAt]) => ({ identity, seenAt }))
      const rest = all
        .filter(({ identity }) => cursor === undefined || identity > cursor)
        .sort((a, b) => (a.identity < b.identity ? -1 : 1))
      return pageOf(rest, stretchLength, ({ identity }) => identity)
    }),

  restoreEvent: (event, identity) =>
    run(() => {
      if (data.identities.has(identity) || findEntry(data, event.id)) return 'duplicate'
      data.identities.set(identity, event.receivedAt)
      data.entries.push(entryOf(++data.lastSeq, event))
      onRestored(event)
      return 'stored'
    }),

  restoreIdentities: (identities) =>
    run(() => {
      for (const { identity, seenAt } of identities) {
        if (!data.identities.has(identity)) data.identities.set(identity, seenAt)
      }
    }),
})
