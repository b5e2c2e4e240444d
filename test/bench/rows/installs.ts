/** What an install writes to the disk, with ten companies there and with a hundred thousand. */
import { join } from 'node:path'
import { onCore } from '../machine'
import { median, ratio } from '../medians'
import type { Row } from '../row'
import { show, showMs } from '../table'

const program = join(import.meta.dir, '../write-installs.ts')

export const installs: Row = async (conditions) => {
  const folders = [10, 100_000].map((companies) =>
    conditions.folder({ companies, active: Math.min(companies, 1000) }),
  )
  const [few, many] = await Promise.all(folders)
  const command = [process.execPath, program, String(conditions.rounds), few!.dir, many!.dir]
  const child = Bun.spawn(onCore('server', command), { stdout: 'pipe', stderr: 'inherit' })
  const [withFew = [], withMany = []]: number[][] = JSON.parse(await child.stdout.text())
  const times = ratio(withMany, withFew)
  conditions.tell(`installs: ${show(median(withFew))} and ${show(median(withMany))} ms`)
  return {
    findings: [
      {
        what: 'an install’s write with 100,000 companies against 10',
        measured: `${show(times)} (${showMs(median(withMany))}, ${showMs(median(withFew))})`,
        target: '≤ 1.5',
        met: times <= 1.5,
      },
    ],
    tables: [],
  }
}
