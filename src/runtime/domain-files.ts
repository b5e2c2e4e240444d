/** Domain-ownership files: out of the setting, and out of a folder in the data folder. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ReadDomainFile } from '../http/wecom/domain-files'

/** Files put into the folder count at once, without a restart. */
export const createDomainFiles =
  (
    configured: readonly (readonly [name: string, content: string])[],
    dataDir: string,
  ): ReadDomainFile =>
  async (name) =>
    configured.find(([known]) => known === name)?.[1] ??
    readFile(join(dataDir, 'domain', name), 'utf8').catch(() => null)
