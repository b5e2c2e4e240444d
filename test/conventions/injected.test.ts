/** Time, chance, the network and the process are handed in, so that a test can own them. */
import { describe, expect, test } from 'bun:test'
import { codeOf, type SourceFile, sources } from './sources'

interface Ban {
  readonly what: string
  readonly pattern: RegExp
  /** Where it may stand: files below `src`, as globs. */
  readonly except: readonly string[]
}

const bans: readonly Ban[] = [
  {
    what: 'the time',
    pattern: /\bDate\.now\b|\bnew Date\(\)|\bnew Date\b(?!\()|\bperformance\.now\b/,
    except: ['commands/**', 'runtime/**', 'clock'],
  },
  {
    what: 'waiting',
    pattern: /\bset(?:Timeout|Interval)\b|\bBun\.sleep/,
    except: ['commands/**', 'runtime/**', 'clock'],
  },
  {
    what: 'chance',
    pattern:
      /\bMath\.random\b|\bcrypto\.(?:randomUUID|getRandomValues|randomBytes)\b|\brandom(?:UUID|UUIDv7|Bytes|Int)\(/,
    except: ['commands/**', 'runtime/**'],
  },
  {
    what: 'the network',
    pattern: /(?<![\w.])fetch\(|\bglobalThis\.fetch\b/,
    except: ['commands/**', 'runtime/**'],
  },
  {
    what: 'the process',
    pattern: /\bprocess\.\w|\bBun\.(?:env|argv)\b/,
    except: ['commands/**', 'runtime/**', 'main'],
  },
  { what: 'the end of the process', pattern: /\bprocess\.exit\(/, except: ['commands/**', 'main'] },
  { what: 'the terminal', pattern: /\bconsole\.\w/, except: [] },
]

/** A file that names a parameter or a constant of its own `fetch` means that one. */
const ownFetch = /\b(?:const|let)\s+fetch\b|[({,]\s*fetch\s*[,:})]|\bfetch\s*=>/

const reaches = ({ what, pattern }: Ban, code: string): boolean =>
  pattern.test(code) && !(what === 'the network' && ownFetch.test(code))

const strays = (ban: Ban, files: readonly SourceFile[]): string[] =>
  files
    .filter(({ name }) => !ban.except.some((glob) => new Bun.Glob(glob).match(name)))
    .filter((file) => reaches(ban, codeOf(file)))
    .map(({ name }) => name)

describe('no file of src reaches for', () => {
  for (const ban of bans) {
    const where = ban.except.length > 0 ? ` outside ${ban.except.join(', ')}` : ''
    test(`${ban.what}${where}`, () => {
      expect(strays(ban, sources)).toEqual([])
    })
  }
})

describe('the judge of what is reached for', () => {
  const file = (text: string): SourceFile => ({ name: 'suite/x', text, lines: 1, imports: [] })
  const broken = (text: string) =>
    bans.filter((ban) => strays(ban, [file(text)]).length > 0).map(({ what }) => what)

  test.each([
    ['export const at = Date.now()', 'the time'],
    ['export const at = new Date()', 'the time'],
    ['export const later = (f: () => void) => setTimeout(f, 5)', 'waiting'],
    ['export const id = crypto.randomUUID()', 'chance'],
    ['export const answer = fetch("https://example.com")', 'the network'],
    ['export const dir = process.env.HOME', 'the process'],
    ['console.log(1)', 'the terminal'],
  ])('catches %s', (text, what) => {
    expect(broken(text)).toEqual([what])
  })

  test.each([
    '/** Never Date.now() here, nor console.log. */ export const a = 1',
    'export const show = (at: number) => new Date(at).toISOString()',
    'export const get = async (fetch: () => Promise<string>) => fetch()',
    'export const send = (parts: { fetch(url: string): unknown }) => parts.fetch("x")',
  ])('lets %s pass', (text) => {
    expect(broken(text)).toEqual([])
  })
})
