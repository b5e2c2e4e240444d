import { withoutKey } from '../../../src/store/driver/sealing'
import { openPostgresStore } from '../../../src/store/postgres/postgres-store'
import { freshBytes } from '../../fresh-bytes'
import { describeWithTool } from '../../optional-tool'
import { findPostgres } from '../../postgres/server'
import { storeConformance } from '../conformance'
import { createRecordingLog } from '../recording-log'
import { openPostgresBackend } from './backend'

describeWithTool('PostgreSQL', findPostgres, 'on a server of the tests’ own', () => {
  storeConformance(
    'PostgreSQL',
    (clock) =>
      openPostgresBackend(({ database, owner }) =>
        openPostgresStore({
          database,
          clock,
          owner,
          sealing: withoutKey,
          log: createRecordingLog(),
          freshBytes,
        }),
      ),
    { twoHandles: true },
  )
})
