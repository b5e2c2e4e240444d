/** The ports to what belongs to the service as a whole: API keys, endpoints, its secret. */
import type { Logger } from '../../log'
import type { ApiKeys } from '../api-keys'
import type { KeyedQueue } from '../driver/keyed-queue'
import { checkedEndpointName } from '../driver/records/endpoint-writes'
import { checkedKeyId } from '../driver/records/key-writes'
import type { Endpoints } from '../endpoints'
import type { ServiceSecrets } from '../service-secret'
import type { Documents } from './document/documents'
import { createEndpointDocuments } from './endpoint-documents'
import { endpointNameOfFile, keyIdOfFile, serviceSecretFile } from './folder/layout'
import { createKeyDocuments } from './key-documents'
import { createServiceSecretDocument } from './service-secret-document'

export interface ServicePorts {
  readonly ports: ApiKeys & Endpoints & ServiceSecrets
  /** Resolves when what the folder held when it was opened is read. */
  readonly whenRead: Promise<void>
  /** Reads a document again that could not be read: it may have been mended. */
  readAgain(file: string): Promise<unknown>
}

export const createServicePorts = (parts: {
  documents: Documents
  /** Of the keys that the folder holds. */
  keyIds: readonly string[]
  endpointNames: readonly string[]
  queue: KeyedQueue
  log: Logger
  freshBytes(count: number): Uint8Array
  call<T>(work: () => T | Promise<T>): Promise<T>
}): ServicePorts => {
  const { documents, keyIds, endpointNames, queue, log, freshBytes, call } = parts
  const endpoints = createEndpointDocuments(documents, endpointNames, log)
  const keys = createKeyDocuments({ documents, ids: keyIds, log })
  const secret = createServiceSecretDocument(documents, freshBytes)

  /** One call at a time: a key's name has to be no other's. */
  const withKeys = <T>(work: () => T | Promise<T>): Promise<T> =>
    call(async () => {
      await keys.whenRead
      return queue.run('API keys', async () => work())
    })
  const withEndpoints = <T>(work: () => Promise<T>): Promise<T> =>
    call(() => queue.run('endpoints', work))
  const withSecret = <T>(work: () => Promise<T>) => call(() => queue.run(serviceSecretFile, work))

  return {
    whenRead: keys.whenRead,
    readAgain: async (file) => {
      if (file === serviceSecretFile) return secret.load()
      const name = endpointNameOfFile(file)
      if (name !== null) return endpoints.load(name)
      const id = keyIdOfFile(file)
      return id === null ? null : queue.run('API keys', () => keys.load(id))
    },
    ports: {
      listKeys: () => withKeys(keys.list),
      listKeyIds: () => withKeys(keys.ids),
      loadKey: (id) => withKeys(() => keys.load(checkedKeyId(id))),
      changeKey: (id, change) => withKeys(() => keys.change(checkedKeyId(id), change)),
      addKeyUses: (uses, batch) => withKeys(() => keys.addUses(uses, batch)),
      purgeKeys: (before) => withKeys(() => keys.purge(before)),

      listEndpoints: () => withEndpoints(endpoints.list),
      changeEndpoint: (name, change) =>
        withEndpoints(() => endpoints.change(checkedEndpointName(name), change)),
      removeEndpoint: (name) => withEndpoints(() => endpoints.remove(checkedEndpointName(name))),

      serviceSecret: () => withSecret(secret.loadOrMake),
      loadServiceSecret: () => withSecret(secret.load),
      restoreServiceSecret: (given) => withSecret(() => secret.restore(given)),
    },
  }
}
