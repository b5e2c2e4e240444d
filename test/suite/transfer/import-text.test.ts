import { describe, expect, test } from 'bun:test'
import { ServiceError } from '../../../src/errors'
import type { ExportKey } from '../../../src/suite/transfer/export-key'
import { entriesOf, lineOfEntry } from '../../../src/suite/transfer/import-text'
import { ageExport, formerContainer } from './containers'

const good = {
  corpid: 'wpCorpA',
  permanentCode: 'code-1',
  suite: undefined,
  agentid: undefined,
  name: undefined,
}

/** The company of each entry, or a word that it has a problem. */
const companies = async (text: string) =>
  (await entriesOf(text)).map((entry) => {
    if ('line' in entry) return [entry.number, entry.line.kind]
    return [entry.number, entry.corp.ok ? entry.corp.value : 'problem']
  })

const codeOf = async (work: Promise<unknown>) => {
  try {
    await work
    return null
  } catch (error) {
    return error instanceof ServiceError ? error.code : error
  }
}

describe('a list of companies in CSV', () => {
  test.each([
    ['with newlines', 'corpid,permanentCode\nwpCorpA,code-1\n'],
    ['as a spreadsheet saves it', '\uFEFFcorpid,permanentCode\r\nwpCorpA,code-1\r\n'],
    ['without a last newline', 'corpid,permanentCode\nwpCorpA,code-1'],
    ['with other columns in another order', 'x,permanentCode,corpid\n1,code-1,wpCorpA\n'],
    ['with names of other habits', 'CorpID,permanent_code\nwpCorpA,code-1\n'],
    ['with everything quoted', '"corpid","permanentCode"\n"wpCorpA","code-1"\n'],
    ['with blanks around', ' corpid , permanentCode \n wpCorpA , code-1 \n'],
  ])('is read %s', async (_, text) => {
    expect(await companies(text)).toEqual([[2, good]])
  })

  test('has its optional columns read', async () => {
    const text = 'corpid,permanentCode,suite,agentid,name\nwpCorpA,code-1,crm,1000007,青松\n'
    expect(await companies(text)).toEqual([
      [2, { ...good, suite: 'crm', agentid: 1000007, name: '青松' }],
    ])
  })

  test('may have commas, quotes and newlines in quoted cells', async () => {
    const text = 'corpid,permanentCode,name\nwpCorpA,code-1,"a, ""b""\nc"\nwpCorpB,code-2,\n'
    const read = await companies(text)
    expect(read[0]).toEqual([2, { ...good, name: 'a, "b"\nc' }])
    expect(read[1]?.[0]).toBe(4)
  })

  test('is passed over where it is blank', async () => {
    const text = 'corpid,permanentCode\n\nwpCorpA,code-1\n,\n\n'
    expect(await companies(text)).toEqual([[3, good]])
  })

  test.each(['corpid\nwpCorpA\n', 'wpCorpA,code-1\n', '', 'hello', '[]'])(
    'is refused as a whole without its header row: %j',
    async (text) => {
      expect(await codeOf(entriesOf(text))).toBe('invalid_request')
    },
  )
})

describe('a list of companies in JSON lines', () => {
  test('is read with blank lines between', async () => {
    const text = '{"corpid":"wpCorpA","permanentCode":"code-1"}\n\n{"corpid":"wpCorpB"}\n'
    expect(await companies(text)).toEqual([
      [1, good],
      [3, 'problem'],
    ])
  })

  test('may have agentids as numbers or as texts', async () => {
    const texts = [7, '7'].map((agentid) => JSON.stringify({ ...good, agentid }))
    const read = await companies(texts.join('\n'))
    expect(read.map(([, company]) => company)).toEqual([
      { ...good, agentid: 7 },
      { ...good, agentid: 7 },
    ])
  })

  test.each([
    '{"corpid":"../etc","permanentCode":"code-1"}',
    '{"corpid":"","permanentCode":"code-1"}',
    '{"corpid":"wpCorpA","permanentCode":""}',
    '{"corpid":"wpCorpA","permanentCode":"two words"}',
    '{"corpid":"wpCorpA","permanentCode":"code-1","agentid":"x"}',
    '{"corpid":["wpCorpA"],"permanentCode":"code-1"}',
    '{"kind":"corp","corp":{}}',
    '{not json',
  ])('has a problem with %s, and with nothing else', async (line) => {
    expect(await companies(`${line}\n${JSON.stringify(good)}\n`)).toEqual([
      [1, 'problem'],
      [2, good],
    ])
  })

  test.each([
    '[{"corpid":"wpCorpA","permanentCode":"code-1"}]',
    '\uFEFF[\n{"corpid":"wpCorpA","permanentCode":"code-1"}\n]\n',
  ])('says what to send instead of an array: %j', async (text) => {
    await expect(entriesOf(text)).rejects.toMatchObject({
      code: 'invalid_request',
      message: expect.stringContaining('JSON array'),
    })
  })

  test('never repeats a code in a problem', async () => {
    const [entry] = await entriesOf('{"corpid":"wp Corp","permanentCode":"secret-code"}')
    expect(JSON.stringify(entry)).not.toContain('secret-code')
  })
})

describe('a list in another encoding than UTF-8', () => {
  test.each([
    ['CSV', 'corpid,permanentCode,name\nwpCorpA,code-1,\uFFFD\uFFFD\n'],
    ['JSON lines', `${JSON.stringify(good)}\n${JSON.stringify({ ...good, name: '\uFFFD' })}\n`],
  ])('is refused as a whole: %s', async (_, text) => {
    expect(await codeOf(entriesOf(text))).toBe('invalid_request')
  })
})

describe('lines of an export by themselves', () => {
  const suite = {
    kind: 'suite',
    suiteId: 'ww1',
    ticket: { value: 't1', timeStampSeconds: 3, receivedAt: 4 },
  }
  const identities = { kind: 'identities', identities: [{ identity: 'i', seenAt: 1 }] }

  test('are taken with companies first and identities last', async () => {
    const text = [identities, suite].map((line) => JSON.stringify(line)).join('\n')
    expect(await companies(text)).toEqual([
      [2, 'suite'],
      [1, 'identities'],
    ])
  })

  test('may hold the character that stands for bytes that are none: messages and names do', async () => {
    const line = { ...suite, ticket: { ...suite.ticket, value: '\uFFFD' } }
    expect(await companies(JSON.stringify(line))).toEqual([[1, 'suite']])
  })

  test('are the same lines again when they are sent on', async () => {
    const line = JSON.stringify(suite)
    expect((await entriesOf(line)).map(lineOfEntry)).toEqual([line])
  })
})

describe('an encrypted export where only a text is taken', () => {
  const keys: readonly ExportKey[] = [
    { opensWith: 'key', key: Buffer.alloc(32, 7) },
    { opensWith: 'passphrase', passphrase: 'correct horse battery' },
  ]
  for (const key of keys) {
    test(`is refused, and the refusal names the ${key.opensWith} that it needs`, async () => {
      for (const encrypt of [ageExport, formerContainer]) {
        const text = (await encrypt(Buffer.from('{}'), key)).toString()
        const reason = `${key.opensWith}_needed`
        await expect(entriesOf(text)).rejects.toMatchObject({ code: 'invalid_request', reason })
      }
    })
  }
})
