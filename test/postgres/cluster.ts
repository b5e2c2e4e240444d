/** Folders of new clusters: copies of one that a machine makes once, for that takes longest. */
import { existsSync, lstatSync, renameSync, statSync } from 'node:fs'
import { chmod, chown, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** `initdb` and `postgres` refuse root. */
const isRoot = process.geteuid?.() === 0
export const asPostgres = isRoot
  ? ['setpriv', '--reuid=postgres', '--regid=postgres', '--clear-groups', '--']
  : []

const idOf = async (flag: '-u' | '-g'): Promise<number> =>
  Number(await new Response(Bun.spawn(['id', flag, ...(isRoot ? ['postgres'] : [])]).stdout).text())

/** Runs a program as whoever runs PostgreSQL here. */
export const runAsPostgres = async (command: readonly string[]): Promise<void> => {
  const process = Bun.spawn([...asPostgres, ...command], { stdout: 'pipe', stderr: 'pipe' })
  const [code, output] = await Promise.all([
    process.exited,
    Promise.all([new Response(process.stdout).text(), new Response(process.stderr).text()]),
  ])
  if (code !== 0) throw new Error(`${command.join(' ')}: ${output.join('\n')}`)
}

/** A folder of its own for whoever runs PostgreSQL here. */
export const ownFolder = async (): Promise<string> => {
  const dir = await mkdtemp('/tmp/pg-')
  await chmod(dir, 0o700)
  if (isRoot) await chown(dir, await idOf('-u'), await idOf('-g'))
  return dir
}

/** The cluster that is copied, of these very programs. */
const templateOf = async (bin: string): Promise<string> => {
  const uid = await idOf('-u')
  const madeOf = Bun.hash(`${bin} ${statSync(join(bin, 'postgres')).mtimeMs}`).toString(36)
  const template = join(tmpdir(), `suited-cluster-${uid}-${madeOf}`)
  if (!existsSync(template)) {
    const dir = await ownFolder()
    const how = ['-U', 'suited', '-A', 'trust', '-N', '-E', 'UTF8', '--locale=C']
    await runAsPostgres([join(bin, 'initdb'), '-D', join(dir, 'data'), ...how])
    try {
      renameSync(join(dir, 'data'), template)
    } catch (error) {
      // Another process was quicker.
      if (!existsSync(template)) throw error
    }
    await rm(dir, { recursive: true })
  }
  const { uid: owner, mode } = lstatSync(template)
  if (owner !== uid || (mode & 0o077) !== 0) {
    throw new Error(`${template} is open to other users: remove it.`)
  }
  return template
}

/**
 * A folder with a cluster in `data`, whose server has never run.
 *
 * @param bin the folder of PostgreSQL's programs
 */
export const newCluster = async (bin: string): Promise<string> => {
  const template = await templateOf(bin)
  const dir = await ownFolder()
  await runAsPostgres(['cp', '-a', '--reflink=auto', template, join(dir, 'data')])
  return dir
}
