/** The ports to what is watched, on the event log's database. */
import type { SharedWorkLog } from '../../watch/shared-work'
import type { SuspectedCorps } from '../../watch/suspected-corps'
import type { DatabaseCalls } from '../database/calls'
import { createSharedWorkCalls } from './shared-work-rows'
import { createSuspectedCalls } from './suspected-rows'

export const createWatchCalls = (calls: DatabaseCalls): SuspectedCorps & SharedWorkLog => ({
  ...createSuspectedCalls(calls),
  ...createSharedWorkCalls(calls),
})
