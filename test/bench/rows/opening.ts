/** Verify, decrypt, parse, in process: suited's own code against WeCom's package and a parser. */
import { join } from 'node:path'
import { onCore } from '../machine'
import { median, ratio } from '../medians'
import type { Opened } from '../open-messages'
import type { Row } from '../row'
import { show } from '../table'

const program = join(import.meta.dir, '../open-messages.ts')

export const opening: Row = async ({ rounds, seconds, tell }) => {
  const command = onCore('server', [process.execPath, program, String(rounds), String(seconds)])
  const child = Bun.spawn(command, { stdout: 'pipe', stderr: 'inherit' })
  const { ours, theirs }: Opened = JSON.parse(await child.stdout.text())
  const times = ratio(ours, theirs)
  tell(`opening: ${show(median(ours))} and ${show(median(theirs))} a second`)
  return {
    findings: [
      {
        what: 'verify, decrypt, parse, in process, against `@wecom/crypto` and `fast-xml-parser` on the same Bun',
        measured: show(times),
        target: '≥ 1.3',
        met: times >= 1.3,
      },
    ],
    tables: [
      {
        name: 'opening',
        head: ['Contender', 'Runtime', 'Messages a second of processor time'],
        rows: [
          ['suited’s `wecom/`', `Bun ${Bun.version}`, show(median(ours))],
          [
            '`@wecom/crypto`, `fast-xml-parser` with `parseTagValue` off',
            `Bun ${Bun.version}`,
            show(median(theirs)),
          ],
        ],
      },
    ],
  }
}
