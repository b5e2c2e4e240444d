import { describeWithTool } from '../../optional-tool'
import { emptyDatabase } from '../../postgres/database'
import { findPostgres } from '../../postgres/server'
import { eventLogConformance } from '../conformance'
import { openHandle } from './event-log-bench'

describeWithTool('PostgreSQL', findPostgres, 'the event log on PostgreSQL', () => {
  eventLogConformance(
    'PostgreSQL',
    async (clock) => {
      const { database } = await emptyDatabase()
      return { open: () => openHandle(database, clock), remove: async () => {} }
    },
    { twoHandles: true },
  )
})
