import { createMemoryStore, createMemoryStoreData } from '../../../src/store/memory/memory-store'
import { freshBytes } from '../../fresh-bytes'
import { storeConformance } from '../conformance'

storeConformance(
  'memory',
  async (clock) => {
    const data = createMemoryStoreData()
    return {
      open: async () => createMemoryStore({ clock, freshBytes, data }),
      remove: async () => {},
    }
  },
  { twoHandles: true },
)
