/** The code in the client's README works as it stands there. */
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { createSuitedClient, everyItem, SuitedProblem } from '../../clients/typescript/src/client'
import { outlineOf } from '../conventions/markdown'
import { textOf } from '../conventions/sources'
import { adminToken, createScene, type Scene } from '../scene'

const path = 'clients/typescript/README.md'
const transpiler = new Bun.Transpiler({ loader: 'ts', target: 'bun' })

let scene: Scene
beforeAll(async () => {
  scene = await createScene()
})
afterAll(() => scene.stop())

test("the client's README lists companies and says why one has no token", async () => {
  const corpid = await scene.installed()
  const { codeBlocks } = outlineOf(await textOf(path))
  const [, code = ''] = /^ts\nimport .*\n([\s\S]*)/.exec(codeBlocks[0] ?? '') ?? []
  const written: unknown[][] = []
  const given = {
    createSuitedClient: (options: Parameters<typeof createSuitedClient>[0]) =>
      createSuitedClient({ ...options, fetch: intoTheScene }),
    everyItem,
    SuitedProblem,
    process: { env: { SUITED_KEY: adminToken } },
    console: { log: (...words: unknown[]) => written.push(words) },
  }
  const intoTheScene = ({ url, headers }: Request) =>
    scene.request(url.replace('http://127.0.0.1:8011', ''), { headers })
  const body = transpiler.transformSync(`async function run() {${code}}`)
  await new Function(...Object.keys(given), `${body}\nreturn run()`)(...Object.values(given))

  expect(written[0]).toEqual([corpid, expect.any(String)])
  expect(written[1]).toEqual([
    'corp_not_authorized',
    404,
    null,
    expect.stringContaining('authorised'),
  ])
})
