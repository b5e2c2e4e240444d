/** The port by which the event log moves, on its database. */
import type { DamagedEvent, KeptEvent, Moving } from '../driver/moving'
import type { DatabaseCalls } from './database/calls'
import { writeState } from './delivery/states'
import {
  addKeptAttempts,
  addKeptDeliveries,
  addKeptEvents,
  addKeptReplays,
  listKeptAttempts,
  listKeptDeliveries,
  listKeptEvents,
  listKeptReplays,
} from './kept-rows'
import type { SealedBodies } from './sealed-bodies'

export const createKeptCalls = (
  { read, write }: Pick<DatabaseCalls, 'read' | 'write'>,
  bodies: SealedBodies,
): Moving => ({
  listKeptEvents: (cursor) =>
    read((db) => {
      const { items: found, next } = listKeptEvents(db, cursor)
      const items: KeptEvent[] = []
      const damaged: DamagedEvent[] = []
      for (const { event, problem } of found.map(bodies.open)) {
        if (problem === null) items.push(event)
        else damaged.push({ id: event.id, problem })
      }
      return { items, next, damaged }
    }),
  addKeptEvents: async (events) => {
    const sealed = events.map((event) => ({
      ...event,
      body: bodies.body(event.id, event.body),
      pendingSecret: bodies.pendingSecret(event.id, event.pendingSecret),
      outgoing: bodies.outgoing(event.id, event.outgoing),
    }))
    return write((db) => addKeptEvents(db, sealed))
  },

  listKeptDeliveries: (cursor) => read((db) => listKeptDeliveries(db, cursor)),
  addKeptDeliveries: (deliveries) => write((db) => addKeptDeliveries(db, deliveries)),

  listKeptAttempts: (cursor) =>
    read((db) => {
      const { items, next } = listKeptAttempts(db, cursor)
      const opened = items.map((one) => ({
        ...one,
        answer: bodies.openedAnswer(one.eventId, one.answer),
      }))
      return { items: opened, next }
    }),
  addKeptAttempts: async (attempts) => {
    const sealed = attempts.map((one) => ({
      ...one,
      answer: bodies.answer(one.eventId, one.answer),
    }))
    return write((db) => addKeptAttempts(db, sealed))
  },

  listKeptReplays: () => read(listKeptReplays),
  addKeptReplays: (replays) => write((db) => addKeptReplays(db, replays)),

  addEndpointStates: (states) =>
    write((db) => {
      for (const state of states) writeState(db, state)
    }),
})
