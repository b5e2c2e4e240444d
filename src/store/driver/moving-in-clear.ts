/** The move of an event log whose rows hold secrets sealed: who moves them has them in clear. */
import type { Page } from '../store'
import type { DamagedEvent, KeptAttempt, KeptEvent, Moving } from './moving'
import { mapPage } from './paging'
import type { SealedEvents } from './sealed-events'

/** The same calls, with each secret as it stands in its row. */
export interface SealedMoving extends Omit<Moving, 'listKeptEvents'> {
  listKeptEvents(cursor?: string): Promise<Page<KeptEvent>>
}

/** What moves, with secrets opened as it is listed and sealed as it is kept. */
export const movingInClear = (
  rows: SealedMoving,
  { sealed, open, answer, openedAnswer }: SealedEvents,
): Moving => {
  const openedAttempt = (attempt: KeptAttempt): KeptAttempt => ({
    ...attempt,
    answer: openedAnswer(attempt.eventId, attempt.answer),
  })
  const sealedAttempt = (attempt: KeptAttempt): KeptAttempt => ({
    ...attempt,
    answer: answer(attempt.eventId, attempt.answer),
  })
  return {
    ...rows,
    async listKeptEvents(cursor) {
      const { items: found, next } = await rows.listKeptEvents(cursor)
      const items: KeptEvent[] = []
      const damaged: DamagedEvent[] = []
      for (const { event, problem } of found.map((one) => open(one))) {
        if (problem === null) items.push(event)
        else damaged.push({ id: event.id, problem })
      }
      return { items, next, damaged }
    },
    addKeptEvents: async (events) => rows.addKeptEvents(events.map((event) => sealed(event))),
    listKeptAttempts: async (cursor) => mapPage(await rows.listKeptAttempts(cursor), openedAttempt),
    addKeptAttempts: async (attempts) => rows.addKeptAttempts(attempts.map(sealedAttempt)),
  }
}
