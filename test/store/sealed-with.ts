/** Sealing with keys that go by a letter. */
import { randomBytes } from 'node:crypto'
import { createSealing, keyIdOf, type Sealing } from '../../src/store/driver/sealing'

/** 32 bytes, the same for the same name. */
export const keyNamed = (name: string): Buffer => Buffer.alloc(32, name)

export const idOfKey = (name: string): string => keyIdOf(keyNamed(name))

/** @param random what makes the nonces; a test lets it fail */
export const sealedWith = (
  current: string,
  previous: string | null = null,
  random: (count: number) => Uint8Array = randomBytes,
): Sealing =>
  createSealing(
    { current: keyNamed(current), previous: previous === null ? null : keyNamed(previous) },
    random,
  )
