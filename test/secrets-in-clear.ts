/** Looking for secrets where none may stand in clear: thousands of them at once, in every byte. */
import { readdir, readFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import type { World } from '../src/simulator/world/world'

/** Each secret, and what it is. */
export type Secrets = ReadonlyMap<string, string>

/** Long enough that no other text holds it by chance. */
const shortestSecret = 16

/** All that a simulated WeCom gave out and still remembers, and what it shares with its apps. */
export const secretsOf = ({ credentials, installations, suites, provider }: World): Secrets => {
  const secrets = new Map<string, string>([
    [provider.secret, 'provider secret'],
    [provider.systemToken, 'system Token'],
    [provider.systemEncodingAesKey, 'system EncodingAESKey'],
  ])
  for (const { suiteSecret, token, encodingAesKey } of suites.values()) {
    secrets.set(suiteSecret, 'suite secret')
    secrets.set(token, 'Token')
    secrets.set(encodingAesKey, 'EncodingAESKey')
  }
  for (const { kind, value } of credentials.byValue.values()) secrets.set(value, kind)
  for (const { permanentCode } of [...installations.values()].flat()) {
    secrets.set(permanentCode, 'permanent code')
  }
  for (const secret of secrets.keys()) {
    if (secret.length < shortestSecret) secrets.delete(secret)
  }
  return secrets
}

/** The first four bytes of each secret tell nearly every place that holds none. */
const headBytes = 4
const headBits = 18
const hashOf = (head: number) => Math.imul(head, 0x9e3779b1) >>> (32 - headBits)

/** A search for these secrets: which of them some bytes, or a text, hold. */
export const createSecretSearch = (secrets: Secrets): ((bytes: Buffer | string) => string[]) => {
  const byHead = new Map<number, Buffer[]>()
  const heads = new Uint8Array(2 ** headBits)
  for (const secret of secrets.keys()) {
    const bytes = Buffer.from(secret)
    const head = bytes.readInt32BE()
    byHead.set(head, [...(byHead.get(head) ?? []), bytes])
    heads[hashOf(head)] = 1
  }
  return (searched) => {
    const bytes = Buffer.from(searched)
    const found = new Set<string>()
    let head = 0
    for (let end = 1; end <= bytes.length; end++) {
      head = (head << 8) | bytes[end - 1]!
      if (heads[hashOf(head)] === 0) continue
      const start = end - headBytes
      for (const secret of byHead.get(head) ?? []) {
        const there = bytes.subarray(Math.max(start, 0), start + secret.length)
        if (secret.equals(there)) found.add(secret.toString())
      }
    }
    return [...found]
  }
}

export interface FolderFindings {
  /** How many files were read, to the last byte. */
  readonly files: number
  /** Each secret that stands in a file, with the files. */
  readonly inFiles: ReadonlyMap<string, readonly string[]>
  /** The secrets that stand in the names of files and folders. */
  readonly inNames: readonly string[]
}

/** Which of these secrets stand in a folder, in any byte of any file and in any name. */
export const searchFolder = async (dir: string, secrets: Secrets): Promise<FolderFindings> => {
  const secretsIn = createSecretSearch(secrets)
  const entries = await readdir(dir, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile())
  const inFiles = new Map<string, string[]>()
  for (const { parentPath, name } of files) {
    const path = join(parentPath, name)
    for (const secret of secretsIn(await readFile(path))) {
      inFiles.set(secret, [...(inFiles.get(secret) ?? []), relative(dir, path)])
    }
  }
  const names = entries.map(({ name }) => name).join('\n')
  return { files: files.length, inFiles, inNames: secretsIn(names) }
}
