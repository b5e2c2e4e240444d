/** The port to facts on the event log's database. */
import type { Facts } from '../../facts'
import type { DatabaseCalls } from '../database/calls'
import { insertFacts, listAllFacts, listFacts, purgeFacts } from './fact-rows'

export const createFactCalls = ({ read, write, exhaust }: DatabaseCalls): Facts => ({
  addFacts: (given) => write((db) => insertFacts(db, given)),
  listFacts: (query) => read((db) => listFacts(db, query)),
  listAllFacts: (cursor) => read((db) => listAllFacts(db, cursor)),
  purgeFacts: (types, before) => exhaust((db, atOnce) => purgeFacts(db, types, before, atOnce)),
})
