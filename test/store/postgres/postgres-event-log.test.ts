import { withoutKey } from '../../../src/store/driver/sealing'
import { openPostgresEventLog } from '../../../src/store/postgres/postgres-event-log'
import { describeWithTool } from '../../optional-tool'
import { findPostgres } from '../../postgres/server'
import { eventLogConformance } from '../conformance'
import { factRule } from '../fact-rule'
import { createRecordingLog } from '../recording-log'
import { openPostgresBackend } from './backend'
import { appendWithinMs } from './events/log-bench'

describeWithTool('PostgreSQL', findPostgres, 'on a server of the tests’ own', () => {
  eventLogConformance(
    'PostgreSQL',
    (clock) =>
      openPostgresBackend(({ database, owner }) =>
        openPostgresEventLog({
          database,
          clock,
          owner,
          sealing: withoutKey,
          log: createRecordingLog(),
          factRule,
          appendWithinMs,
        }),
      ),
    { twoHandles: true },
  )
})
