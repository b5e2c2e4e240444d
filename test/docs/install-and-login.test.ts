/** What `docs/install-and-login.md` has its reader type, as it stands; both languages agree. */
import { afterAll, describe, expect, test } from 'bun:test'
import { chmodSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { RunningProcess } from '../binary/process'
import { until } from '../binary/until'
import { useWorkshop } from '../binary/workshop'
import { outlineOf } from '../conventions/markdown'
import { project, textOf } from '../conventions/sources'
import { describeWithTool } from '../optional-tool'

const english = 'docs/install-and-login.md'
const chinese = 'docs/install-and-login.zh-CN.md'

const blocksOf = async (path: string): Promise<readonly string[]> =>
  outlineOf(await textOf(path)).codeBlocks

/** A port that was free a moment ago. */
const freePort = (): number => {
  const server = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: () => new Response() })
  const { port } = server
  server.stop(true)
  return port!
}

const tools = ['curl', 'node', 'python3', 'setsid']

describeWithTool(
  'node',
  () => (tools.every((tool) => Bun.which(tool)) ? tools[0]! : null),
  'the steps of docs/install-and-login.md',
  () => {
    /** Shells with what they began, each a group of its own. */
    const started: RunningProcess[] = []
    afterAll(() => {
      for (const { pid } of started) process.kill(-pid, 'SIGKILL')
    })
    const workshop = useWorkshop(afterAll)

    test('lead from nothing to an installation and a login at a site of one’s own', async () => {
      const cwd = await workshop.folder()
      const [suited, simulator, site] = [freePort(), freePort(), freePort()]
      symlinkSync(join(project, 'examples'), join(cwd, 'examples'))
      const program = join(cwd, 'suited')
      writeFileSync(program, `#!/bin/sh\nexec ${workshop.binary()} "$@"\n`)
      chmodSync(program, 0o755)
      const env = { PATH: `${cwd}:${process.env.PATH}` }

      const shell = (text: string) => {
        const command = text
          .replace(
            'suited simulate',
            `suited simulate --port ${simulator} --domains 127.0.0.1:${suited}`,
          )
          .replace('SUITED_HOST=', `SUITED_PORT=${suited}\nSUITED_HOST=`)
          .replace('node examples', `SITE_URL=http://127.0.0.1:${site} node examples`)
          .replaceAll('127.0.0.1:8001', `127.0.0.1:${suited}`)
          .replaceAll('127.0.0.1:8002', `127.0.0.1:${simulator}`)
          .replaceAll('127.0.0.1:3000', `127.0.0.1:${site}`)
        return workshop.startProgram(['setsid', 'bash', '-c', command], { cwd, env })
      }
      const steps = (await blocksOf(english))
        .filter((block) => block.startsWith('sh\n'))
        .map((block) => block.slice(3))
      const [simulate = '', serve = '', urls = '', visits = '', own = ''] = steps

      const box = shell(simulate)
      started.push(box)
      await until('the simulator', () => box.stdout.includes('Companies:'))
      const service = shell(serve)
      started.push(service)
      await until('the service', () => service.stderr.includes('suited is listening'))
      const pasted = shell(urls)
      expect(await pasted.exited).toBe(0)
      const flows = shell(`${visits}\n${own}\nkill $!`)
      await flows.exited

      expect(flows.stdout).toContain('应用已安装到您的企业')
      expect(flows.stdout).toContain('You are signed in')
      expect(flows.stdout).toMatch(/^Installed by /m)
      expect(flows.stdout.trimEnd().split('\n').at(-1)).toMatch(/^Signed in: .+, by client/)
    })
  },
)

describe('docs/install-and-login in Chinese', () => {
  test('has the reader type the same', async () => {
    expect(await blocksOf(chinese)).toEqual(await blocksOf(english))
  })

  test('has as many headings and rows of tables', async () => {
    const shapeOf = async (path: string) => {
      const text = await textOf(path)
      return [/^## /gm, /^\|/gm].map((mark) => text.match(mark)?.length)
    }
    expect(await shapeOf(chinese)).toEqual(await shapeOf(english))
  })
})
