/**
 * `encryption.json`: with which keys secrets of this folder may be sealed, so that a start with
 * another key is refused at once and not company by company.
 */
import { join } from 'node:path'
import { type Static, Type } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import { ServiceError } from '../../../errors'
import type { Sealing } from '../../driver/sealing'
import { createDurableAdapter } from '../disk/durable-adapter'
import type { FileSystem } from '../disk/file-system'
import { namesIn } from '../disk/folder-sync'

const name = 'encryption.json'
/** Sealed with a key, it proves that the same key is there again. */
const knownText = 'suited'
const place = ['folder']

const KeyMarker = Type.Object({
  version: Type.Literal(1),
  clear: Type.Boolean({ description: 'Whether secrets from before the first key may be left.' }),
  keys: Type.Array(
    Type.Object({
      id: Type.String(),
      proof: Type.String({ description: 'The known text, sealed.' }),
    }),
    { description: 'Every key with which something may be sealed.' },
  ),
})
type KeyMarker = Static<typeof KeyMarker>

/** The folder needs keys that were not given. */
export class KeysMissing extends Error {
  override readonly name = 'KeysMissing'
  constructor(
    readonly dir: string,
    /** The ids of all the keys that it needs. */
    readonly needed: readonly string[],
    /** The id of the key that seals, if one was given. */
    readonly given: string | null,
  ) {
    const keys = needed.length === 1 ? 'the key' : 'the keys'
    super(`Secrets in ${dir} are encrypted with ${keys} ${needed.join(' and ')}.`)
  }
}

export interface MarkerOptions {
  readonly dir: string
  readonly fs: FileSystem
  readonly sealing: Sealing
}

const adapterOf = ({ dir, fs }: MarkerOptions) =>
  createDurableAdapter({ fs, path: join(dir, name), mode: 'durable, alone' })

const damaged = (problem: string) =>
  new ServiceError(
    'store_unavailable',
    `${name} is damaged: ${problem}. Restore it from a backup; without one remove it, and suited makes a new one.`,
  )

const readMarker = async (options: MarkerOptions): Promise<KeyMarker | null> => {
  const marker = await adapterOf(options)
    .read()
    .catch((error: unknown) => {
      if (error instanceof SyntaxError) throw damaged('it is not a JSON object')
      throw error
    })
  if (marker === null) return null
  if (Value.Check(KeyMarker, marker)) return marker
  throw damaged('it fits no schema')
}

const wasUsed = async ({ dir, fs }: MarkerOptions): Promise<boolean> => {
  const names = await namesIn(fs, dir)
  return ['suites', 'corps', 'tokens', 'events.sqlite'].some((own) => names.includes(own))
}

const isOpenedBy = (sealing: Sealing, proof: string): boolean => {
  const opened = sealing.open(proof, place)
  if (opened.ok && opened.value === knownText) return true
  if (!opened.ok && opened.reason.code === 'other_key') return false
  throw damaged('what is sealed in it does not open')
}

/**
 * Checks that the given keys open everything in the folder, and notes the one that seals before
 * anything is sealed with it. Tells whether something is still sealed with another key, or in
 * clear although there is a key.
 *
 * @throws {KeysMissing} something is sealed with a key that was not given
 * @throws {ServiceError} store_unavailable — the marker is damaged
 */
export const checkKeys = async (options: MarkerOptions): Promise<{ leftToSeal: boolean }> => {
  const { dir, sealing } = options
  const marker = await readMarker(options)
  const { clear, keys } = marker ?? { clear: await wasUsed(options), keys: [] }
  const needed = keys.map(({ id }) => id)
  if (!keys.every(({ proof }) => isOpenedBy(sealing, proof))) {
    throw new KeysMissing(dir, needed, sealing.keyId)
  }
  const { keyId } = sealing
  if (keyId === null) return { leftToSeal: false }
  if (!needed.includes(keyId)) {
    const own = { id: keyId, proof: sealing.seal(knownText, place) }
    await adapterOf(options).write({ version: 1, clear, keys: [...keys, own] })
  }
  return { leftToSeal: clear || needed.some((id) => id !== keyId) }
}

/** Notes that everything is sealed with the key that seals now: no other is needed any more. */
export const noteAllSealed = async (options: MarkerOptions): Promise<void> => {
  const { keyId } = options.sealing
  if (keyId === null) throw new Error('Nothing can be sealed without a key')
  await adapterOf(options).write({
    version: 1,
    clear: false,
    keys: [{ id: keyId, proof: options.sealing.seal(knownText, place) }],
  })
}
