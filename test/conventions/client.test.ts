/** The TypeScript client is generated out of the OpenAPI document as it is now. */
import { describe, expect, test } from 'bun:test'
import { currentDocument, typesHead } from '../../clients/typescript/generator/current-document'
import { routesSource } from '../../clients/typescript/generator/routes-source'
import clientManifest from '../../clients/typescript/package.json' with { type: 'json' }
import manifest from '../../package.json' with { type: 'json' }
import { textOf } from './sources'

const generated = 'clients/typescript/src/generated'
const advice = 'the routes changed: run `bun run client` and commit what it writes'

describe('the TypeScript client', () => {
  const { whole, document } = currentDocument()

  test('has the routes as they are; if not: bun run client', async () => {
    expect(await textOf(`${generated}/routes.ts`), advice).toBe(routesSource(document, whole))
  })

  test('has the types of the document as it is; if not: bun run client', async () => {
    const [head] = (await textOf(`${generated}/types.ts`)).split('\n')
    expect(`${head}\n`, advice).toBe(typesHead(document))
  })

  test('is tried with the packages that it names', () => {
    expect(manifest.devDependencies).toMatchObject(clientManifest.dependencies)
  })
})
