/** The route that imports state and companies: a line of result for each line, as it happens. */
import { Elysia, t } from 'elysia'
import type { Clock } from '../../clock'
import type { Logger } from '../../log'
import { encoded } from '../../suite/transfer/byte-stream'
import type { StateImport } from '../../suite/transfer/import'
import { entriesOf, type ImportEntry } from '../../suite/transfer/import-text'
import { noStore } from '../answer/headers'
import { mediaTypeKeyword } from '../answer/named-schema'
import { operatorOperations } from '../answer/operation-detail'
import { operatorProblems } from '../answer/problem-schema'
import { streamedBody, withSignsOfLife } from '../answer/stream'
import { readBody } from '../request/body'

/** What a listener takes at all. Longer lists come in parts, as `suited import` sends them. */
const largestBodyBytes = 2 * 1024 * 1024

const resultExample =
  '{"line":1,"kind":"company","suiteId":"ww0000000000000002","corpid":"wpCorpA","result":"imported","status":"authorized"}\n'

const corpExample = '{"corpid":"wpCorpA","permanentCode":"CODE","suite":"crm"}\n'

export interface ImportRoutesParts {
  readonly stateImport: StateImport
  readonly clock: Clock
  readonly log: Logger
}

export const importRoutes = (parts: ImportRoutesParts) => {
  const { stateImport, clock, log } = parts

  const results = async function* (entries: readonly ImportEntry[]): AsyncGenerator<string> {
    for await (const result of stateImport.importEntries(entries))
      yield `${JSON.stringify(result)}\n`
  }

  return new Elysia().post(
    '/import',
    async ({ request }) => {
      const entries = await entriesOf(await readBody(request, largestBodyBytes, clock))
      const lines = withSignsOfLife(results(entries), clock)
      return new Response(streamedBody(encoded(lines), log), {
        headers: { ...noStore, 'content-type': 'application/x-ndjson; charset=utf-8' },
      })
    },
    {
      parse: 'none',
      response: {
        200: t.String({
          [mediaTypeKeyword]: 'application/x-ndjson',
          examples: [resultExample],
          description:
            'JSON lines as they come: `{ line, kind, corpid, suiteId, result, … }`, `result` being `imported`, `already_there`, `newer_kept` or `refused`, `kept` naming what stays as it stands here, with `code`, `errcode`, `cause` and `cure`. Blank lines mean: still at it.',
        }),
        ...operatorProblems('body_too_large'),
      },
      detail: {
        ...operatorOperations('Operations')(
          'importState',
          'Import companies, or state',
          'Companies that were installed before suited, as JSON lines or CSV with a header row: `corpid`, `permanentCode`, and if you like `suite`, `agentid`, `name`, `callbackToken` and `callbackEncodingAesKey` (customised apps), `publicUrl`, `trustedDomains`. Each is shown to WeCom, one after another, at most ten a second. Also the lines of an export. Nothing newer is overwritten; sending it again harms nothing.',
        ),
        requestBody: {
          required: true,
          content: {
            'application/x-ndjson': { schema: { type: 'string' }, example: corpExample },
            'text/csv': {
              schema: { type: 'string' },
              example: 'corpid,permanentCode,suite\nwpCorpA,CODE,crm\n',
            },
          },
        },
      },
    },
  )
}
