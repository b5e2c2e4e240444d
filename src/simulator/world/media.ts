/** The files that apps uploaded: kept for three days, found by their media_id. No I/O. */
import { createHash } from 'node:crypto'
import { dayMs } from '../../clock'
import { randomText } from './random-text'
import { Refusal } from './refusals'
import type { MediaFile, MediaType, World } from './world'

export const mediaTypes = ['image', 'voice', 'video', 'file'] as const satisfies MediaType[]

const lifeMs = 3 * dayMs
const mebibyte = 2 ** 20

/** What is kept of one upload, as much as WeCom takes; of larger ones size and hash are known. */
export const keptBytes = 20 * mebibyte
/** How many files are remembered; the oldest are forgotten first. */
const remembered = 100

/** WeCom's limits (document 91054): how large, and what a filename ends with. */
const limits: Record<MediaType, { readonly bytes: number; readonly endings: RegExp }> = {
  image: { bytes: 10 * mebibyte, endings: /\.(?:jpe?g|png)$/i },
  voice: { bytes: 2 * mebibyte, endings: /\.amr$/i },
  video: { bytes: 10 * mebibyte, endings: /\.mp4$/i },
  file: { bytes: 20 * mebibyte, endings: /./ },
}
const fewestBytes = 6

/** @throws {Refusal} 40004 no such type */
export const mediaTypeOf = (type: unknown): MediaType => {
  const found = mediaTypes.find((one) => one === type)
  if (!found) throw new Refusal(40004)
  return found
}

/** @throws {Refusal} 44001 empty, 40006 too small or too large, 40005 not what its type takes */
export const requireFitting = (
  world: World,
  type: MediaType,
  { filename, size }: { readonly filename: string; readonly size: number },
): void => {
  if (size === 0) throw new Refusal(44001)
  const most = world.rules.largestMediaBytes ?? limits[type].bytes
  if (size < fewestBytes || size > most) throw new Refusal(40006)
  if (!limits[type].endings.test(filename)) throw new Refusal(40005)
}

/** Keeps a file under a fresh media_id. */
export const addMedia = (
  world: World,
  file: Omit<MediaFile, 'mediaId' | 'createdAt'>,
): MediaFile => {
  const mediaId = `3${randomText(world.random, 86, 'token')}`
  const kept = { ...file, mediaId, createdAt: world.clock.now() }
  world.media.set(mediaId, kept)
  const [oldest] = world.media.keys()
  if (oldest !== undefined && world.media.size > remembered) world.media.delete(oldest)
  return kept
}

/** @throws {Refusal} 40007 not this owner's, over three days old, or never kept */
export const mediaNamed = (
  world: World,
  corpid: string | null,
  mediaId: string,
): MediaFile & { readonly content: Blob } => {
  const file = world.media.get(mediaId)
  const isGood = file?.corpid === corpid && world.clock.now() < file.createdAt + lifeMs
  if (!file?.content || !isGood) throw new Refusal(40007)
  return { ...file, content: file.content }
}

/** A made-up content of any size, the same again after every mebibyte. */
export const madeUpContent = (
  size: number,
): Pick<MediaFile, 'size' | 'sha256'> & { content: Blob } => {
  const piece = Uint8Array.from({ length: mebibyte }, (_, at) => (at * 31) ^ (at >> 8))
  const pieces: Uint8Array<ArrayBuffer>[] = Array(Math.floor(size / mebibyte)).fill(piece)
  pieces.push(piece.slice(0, size % mebibyte))
  const hash = createHash('sha256')
  for (const one of pieces) hash.update(one)
  return { size, sha256: hash.digest('hex'), content: new Blob(pieces) }
}
