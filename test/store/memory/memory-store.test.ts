import { createMemoryStore, createMemoryStoreData } from '../../../src/store/memory/memory-store'
import { storeConformance } from '../conformance'

storeConformance(
  'memory',
  async (clock) => {
    const data = createMemoryStoreData()
    return { open: async () => createMemoryStore({ clock, data }), remove: async () => {} }
  },
  { twoHandles: true },
)
