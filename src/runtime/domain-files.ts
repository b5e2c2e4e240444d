/** Domain-ownership files: out of the setting, and out of a folder in the data folder. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { DomainFiles } from '../http/wecom/domain-files'

const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT'

/** Files put into the folder count at once, without a restart. */
export const createDomainFiles = (
  configured: readonly (readonly [name: string, content: string])[],
  dataDir: string,
): DomainFiles => {
  const folder = join(dataDir, 'domain')
  return {
    async read(name) {
      const known = configured.find(([one]) => one === name)
      return known?.[1] ?? readFile(join(folder, name), 'utf8').catch(() => null)
    },
    async names() {
      const put = await readdir(folder).catch((error) => (isMissing(error) ? [] : null))
      return put && [...configured.map(([name]) => name), ...put]
    },
  }
}
