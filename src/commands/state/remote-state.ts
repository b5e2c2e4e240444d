/** The state behind a running service, through its API. */
import { secondMs } from '../../clock'
import { exitCodes, giveUp } from '../../runtime/process/exit'
import { randomBytes } from '../../runtime/process/randomness'
import { linesOf } from '../../suite/transfer/byte-stream'
import { createExportDecrypter } from '../../suite/transfer/decrypt-export'
import { recipientOfKey } from '../../suite/transfer/export-key'
import { type ImportResult, refusedUnread } from '../../suite/transfer/import'
import { lineOfEntry } from '../../suite/transfer/import-text'
import { isLoopback, tlsTowards } from '../cli/local-service'
import type { State } from './state'

/** Well below what the service takes in one request. */
const batchBytes = 256 * 1024
const batchEntries = 100

const firstAnswerMs = 30 * secondMs

interface Problem {
  readonly code?: string
  readonly detail?: string
}

/** What is asked here is right for a service of this version. */
const refusalOfExport = ({ code }: Problem): string | null =>
  code === 'invalid_request'
    ? 'knows no export for a recipient, since it is another version than this command: restart it.'
    : null

/** What a batch was made of, so that results can be told apart again. */
interface Batch {
  readonly lines: string[]
  readonly numbers: number[]
  bytes: number
}

const emptyBatch = (): Batch => ({ lines: [], numbers: [], bytes: 0 })

/**
 * @param base as `addressOf` gives it
 * @param isOwn whether settings of this machine name it
 */
export const createRemoteState = (
  base: string,
  adminToken: string | null,
  isOwn: boolean,
): State => {
  if (base.startsWith('http://') && !isLoopback(base)) {
    process.stderr.write('Secrets travel in clear to an http:// address: better use https://.\n')
  }

  const post = async (
    path: string,
    type: string,
    body: string,
    explain: (problem: Problem) => string | null = () => null,
  ) => {
    const waiting = new AbortController()
    const patience = setTimeout(() => waiting.abort(), firstAnswerMs)
    const response = await fetch(`${base}${path}`, {
      ...tlsTowards(base, isOwn),
      method: 'POST',
      headers: { authorization: `Bearer ${adminToken ?? ''}`, 'content-type': type },
      body,
      signal: waiting.signal,
    }).catch(() => null)
    clearTimeout(patience)
    if (response === null) {
      return giveUp(
        exitCodes.unavailable,
        `No service answers at ${base}: name the one that has the folder with --url, or stop it.`,
      )
    }
    if (response.ok && response.body) return response.body
    const problem = (await response.json().catch(() => ({}))) as Problem
    const explained = explain(problem)
    if (explained !== null) return giveUp(exitCodes.failed, `The service at ${base} ${explained}`)
    const { code, detail } = problem
    return giveUp(
      exitCodes.failed,
      `${base} refuses: ${detail ?? `HTTP status ${response.status}`}${code ? ` (${code})` : ''}`,
    )
  }

  const sendBatch = async function* ({ lines, numbers }: Batch): AsyncGenerator<ImportResult> {
    let answered = 0
    const body = await post('/api/import', 'application/x-ndjson', `${lines.join('\n')}\n`)
    for await (const text of linesOf(body)) {
      if (text.trim() === '') continue
      const result = JSON.parse(text) as ImportResult
      yield { ...result, line: numbers[result.line - 1] ?? result.line }
      answered += 1
    }
    if (answered < lines.length) throw new Error('the answer broke off')
  }

  return {
    async *exportBytes() {
      // Of the moment: nothing but this process ever has to open what comes.
      const key = randomBytes(32)
      const recipient = await recipientOfKey(key)
      const asked = JSON.stringify({ recipient })
      const body = await post('/api/export', 'application/json', asked, refusalOfExport)
      yield* createExportDecrypter([{ opensWith: 'key', key }])(body)
    },

    async *importEntries(entries) {
      let batch = emptyBatch()
      for await (const entry of entries) {
        const line = lineOfEntry(entry)
        if (line === null) {
          yield refusedUnread(entry)
          continue
        }
        if (batch.lines.length === batchEntries || batch.bytes + line.length > batchBytes) {
          if (batch.lines.length > 0) yield* sendBatch(batch)
          batch = emptyBatch()
        }
        batch.lines.push(line)
        batch.numbers.push(entry.number)
        batch.bytes += line.length
      }
      if (batch.lines.length > 0) yield* sendBatch(batch)
    },

    close: async () => undefined,
  }
}
