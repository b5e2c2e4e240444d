/** The port by which the event log moves, on its database. */
import type { Moving } from '../driver/moving'
import { movingInClear } from '../driver/moving-in-clear'
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
): Moving =>
  movingInClear(
    {
      listKeptEvents: (cursor) => read((db) => listKeptEvents(db, cursor)),
      addKeptEvents: (events) => write((db) => addKeptEvents(db, events)),

      listKeptDeliveries: (cursor) => read((db) => listKeptDeliveries(db, cursor)),
      addKeptDeliveries: (deliveries) => write((db) => addKeptDeliveries(db, deliveries)),

      listKeptAttempts: (cursor) => read((db) => listKeptAttempts(db, cursor)),
      addKeptAttempts: (attempts) => write((db) => addKeptAttempts(db, attempts)),

      listKeptReplays: () => read(listKeptReplays),
      addKeptReplays: (replays) => write((db) => addKeptReplays(db, replays)),

      addEndpointStates: (states) =>
        write((db) => {
          for (const state of states) writeState(db, state)
        }),
    },
    bodies,
  )
