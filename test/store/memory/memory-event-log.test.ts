import { createMemoryEventLogData } from '../../../src/store/memory/event-log-data'
import { createMemoryEventLog } from '../../../src/store/memory/memory-event-log'
import { eventLogConformance } from '../conformance'
import { factRule } from '../fact-rule'

eventLogConformance(
  'memory',
  async (clock) => {
    const data = createMemoryEventLogData()
    return { open: async () => createMemoryEventLog(factRule, data, clock), remove: async () => {} }
  },
  { twoHandles: true },
)
