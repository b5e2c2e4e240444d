/** Endpoints: a document for each. They are few, and read from the disk each time. */
import { reasonOf } from '../../errors'
import type { Logger } from '../../log'
import { byName, type EndpointChange, endpointWrite } from '../driver/records/endpoint-writes'
import type { EndpointRecord } from '../endpoints'
import { endpointDocument } from './document/document-kinds'
import { DamagedDocument, type Documents } from './document/documents'

/** No two calls may overlap. */
export interface EndpointDocuments {
  list(): Promise<EndpointRecord[]>
  load(name: string): Promise<EndpointRecord | null>
  change(
    name: string,
    change: EndpointChange,
  ): Promise<{ before: EndpointRecord | null; after: EndpointRecord | null }>
  remove(name: string): Promise<boolean>
}

/** @param names of the endpoints that the folder holds */
export const createEndpointDocuments = (
  documents: Documents,
  names: readonly string[],
  log: Logger,
): EndpointDocuments => {
  const known = new Set(names)
  const at = (name: string) => documents.at(endpointDocument(name))

  return {
    async list() {
      const found: EndpointRecord[] = []
      for (const name of known) {
        const record = await at(name)
          .read()
          .catch((error) => {
            // Damage is in the log already; the others go on.
            if (!(error instanceof DamagedDocument)) {
              log.error('an endpoint can’t be read', { name, reason: reasonOf(error) })
            }
            return null
          })
        if (record) found.push(record)
      }
      return found.sort(byName)
    },

    load: (name) => at(name).read(),

    async change(name, change) {
      const before = await at(name).read()
      const next = endpointWrite(name, before, known.size, change)
      if (next) {
        // What was a secret before the change is in no copy after it.
        await at(name).write(next, { forgetting: before !== null })
        known.add(name)
      }
      return { before, after: next ?? before }
    },

    async remove(name) {
      const wasThere = known.has(name)
      await at(name).remove()
      known.delete(name)
      return wasThere
    },
  }
}
