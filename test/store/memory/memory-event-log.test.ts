import {
  createMemoryEventLog,
  createMemoryEventLogData,
} from '../../../src/store/memory/memory-event-log'
import { eventLogConformance } from '../conformance'

eventLogConformance(
  'memory',
  async () => {
    const data = createMemoryEventLogData()
    return { open: async () => createMemoryEventLog(data), remove: async () => {} }
  },
  { twoHandles: true },
)
