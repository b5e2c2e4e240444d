/** The record of a suite: its ticket. Described in `docs/storage.md`. */
import type { Static } from '@sinclair/typebox'
import { Type } from '@sinclair/typebox'
import { EpochMs } from './token-record'

export const SuiteTicket = Type.Object({
  value: Type.String({ minLength: 1, description: 'The suite_ticket that WeCom pushed.' }),
  timeStampSeconds: Type.Integer({ description: "WeCom's TimeStamp of the push, in seconds." }),
  receivedAt: EpochMs('When it reached us.'),
})
export type SuiteTicket = Static<typeof SuiteTicket>

export const SuiteRecord = Type.Object({
  version: Type.Literal(1),
  suiteId: Type.String(),
  ticket: Type.Union([SuiteTicket, Type.Null()]),
})
export type SuiteRecord = Static<typeof SuiteRecord>
