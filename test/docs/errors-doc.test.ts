/**
 * The catalogues of errors in `docs/` against the code. The table of WeCom's errcodes there is
 * rendered from `src/wecom/errcode.ts`: `UPDATE_DOCS=1 bun test test/docs/errors-doc.test.ts`
 * writes it anew.
 */
import { describe, expect, test } from 'bun:test'
import { join } from 'node:path'
import { mistakeCodes } from '../../src/suite/callback/refused/mistake'
import { errcodes, type Language, reactions } from '../../src/wecom/errcode/errcode'

const project = join(import.meta.dir, '../..')
const textOf = (path: string) => Bun.file(join(project, path)).text()

const begin = '<!-- errcodes: written by UPDATE_DOCS=1 bun test test/docs/errors-doc.test.ts -->'
const end = '<!-- errcodes: end -->'

const documents: [string, Language, string][] = [
  ['docs/errors.md', 'en', '| errcode | meaning | usual cause | what to do | suited |'],
  ['docs/errors.zh-CN.md', 'zh', '| errcode | 含义 | 常见原因 | 处理办法 | suited |'],
]

const row = (cells: readonly string[]) =>
  `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`

const table = (language: Language, head: string): string => {
  const rows = errcodes().map(({ errcode, meaning, cause, cure, reaction }) =>
    row([`${errcode}`, meaning[language], cause[language], cure[language], `\`${reaction}\``]),
  )
  return [begin, '', head, '|---|---|---|---|---|', ...rows, '', end].join('\n')
}

const generated = (text: string) =>
  text.includes(begin) && text.includes(end)
    ? text.slice(text.indexOf(begin), text.indexOf(end) + end.length)
    : null

/** The rows of a document's other tables that begin with a code, as `[first cells…]`. */
const rowsOf = (text: string): string[][] =>
  text
    .replace(generated(text) ?? '', '')
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.split('|').map((cell) => cell.trim().replaceAll('`', '')))
    .map(([, ...cells]) => cells)

const ownCodes = async (): Promise<string[]> => {
  const source = await textOf('src/errors.ts')
  const union = /type ErrorCode =([^/]*?)\n\n/.exec(source)?.[1] ?? ''
  return [...union.matchAll(/'(\w+)'/g)].map(([, code]) => code ?? '')
}

describe.each(documents)('%s', (path, language, head) => {
  test("holds WeCom's errcodes exactly as the table has them", async () => {
    const wanted = table(language, head)
    if (Bun.env.UPDATE_DOCS === '1') {
      const before = await textOf(path)
      await Bun.write(
        join(project, path),
        before.replace(generated(before) ?? '', () => wanted),
      )
    }
    expect(generated(await textOf(path))).toBe(wanted)
  })

  test('says what suited does for every reaction', async () => {
    const explained = rowsOf(await textOf(path)).map(([name]) => name)
    for (const reaction of reactions) expect(explained).toContain(reaction)
  })

  test("lists every code of suited's own and every mistake, and nothing else beside the reactions", async () => {
    const codes = await ownCodes()
    expect(codes.length).toBeGreaterThan(20)
    const listed = rowsOf(await textOf(path)).map(([name = '']) => name)
    expect(listed.toSorted()).toEqual([...codes, ...reactions, ...mistakeCodes].toSorted())
  })
})

test('both languages give each code the same status', async () => {
  const [english, chinese] = await Promise.all(
    documents.map(async ([path]) => rowsOf(await textOf(path))),
  )
  const statuses = (rows: string[][] = []) =>
    rows
      .filter(([, status]) => /^\d{3}$/.test(status ?? ''))
      .map(([code, status]) => [code, status])
  expect(statuses(english)).toEqual(statuses(chinese))
  expect(statuses(english)).toHaveLength((await ownCodes()).length)
})
