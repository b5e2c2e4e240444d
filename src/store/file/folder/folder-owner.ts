/** The owner of a data folder, as named in its `owner.json`. */
import { readFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { type Static, Type } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'

export const FolderOwner = Type.Object({
  pid: Type.Integer({ description: 'Its process id.' }),
  host: Type.String({ description: 'The machine it runs on.' }),
  startedAt: Type.Integer({ description: 'When it took the folder, in epoch milliseconds.' }),
})
export type FolderOwner = Static<typeof FolderOwner>

export const ownerFile = (dir: string): string => join(dir, 'owner.json')

/** The owner in a sentence; null: one that is not known. */
export const describeOwner = (owner: FolderOwner | null): string =>
  owner
    ? `process ${owner.pid} on ${owner.host}, since ${new Date(owner.startedAt).toISOString()}`
    : 'a process that did not say who it is'

/**
 * Who wrote `owner.json`; null if nobody can be read in it, or only a process of this machine that
 * has ended: such a one owns nothing, whoever does.
 *
 * @param isAlive whether this machine has a process of that id
 */
export const readOwner = async (
  dir: string,
  isAlive: (pid: number) => boolean,
): Promise<FolderOwner | null> => {
  try {
    const owner: unknown = JSON.parse(await readFile(ownerFile(dir), 'utf8'))
    if (!Value.Check(FolderOwner, owner)) return null
    return owner.host === hostname() && !isAlive(owner.pid) ? null : owner
  } catch {
    return null
  }
}
