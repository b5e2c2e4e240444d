/** How events and identities leave the memory event log and come back. */
import { cursorAfter, placeOfCursor } from '../driver/event-records'
import type { Gate } from '../driver/lifecycle'
import type { EventRecord, EventTransfer } from '../event-log'
import { entryOf, isUnfinished, recordOf } from './entry'
import { findEntry, type MemoryEventLogData } from './event-log-data'

const stretchLength = 100

/** @param onRestored is given each event that came back, in the same step */
export const createMemoryTransfer = (
  data: MemoryEventLogData,
  enter: Gate['enter'],
  onRestored: (event: EventRecord) => void,
): EventTransfer => ({
  listUnfinished: (cursor) =>
    enter(() => {
      const after = cursor === undefined ? 0 : placeOfCursor(cursor)
      const stretch = data.entries.filter(({ seq }) => seq > after).slice(0, stretchLength)
      const last = stretch.at(-1)
      const more = last !== undefined && last !== data.entries.at(-1)
      return {
        items: stretch.filter(isUnfinished).map(recordOf),
        next: more ? cursorAfter(last.seq) : null,
      }
    }),

  listIdentities: (cursor) =>
    enter(() => {
      const all = [...data.identities].map(([identity, seenAt]) => ({ identity, seenAt }))
      const rest = all
        .filter(({ identity }) => cursor === undefined || identity > cursor)
        .sort((a, b) => (a.identity < b.identity ? -1 : 1))
      const items = rest.slice(0, stretchLength)
      return { items, next: rest.length > items.length ? (items.at(-1)?.identity ?? null) : null }
    }),

  restoreEvent: (event, identity) =>
    enter(() => {
      if (data.identities.has(identity) || findEntry(data, event.id)) return 'duplicate'
      data.identities.set(identity, event.receivedAt)
      data.entries.push(entryOf(++data.lastSeq, event))
      onRestored(event)
      return 'stored'
    }),

  restoreIdentities: (identities) =>
    enter(() => {
      for (const { identity, seenAt } of identities) {
        if (!data.identities.has(identity)) data.identities.set(identity, seenAt)
      }
    }),
})
