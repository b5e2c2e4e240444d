/** True answers with a flaw that whoever reads them should see through. Pure. */

export const flaws = ['control_characters', 'text_numbers', 'compressed'] as const
export type Flaw = (typeof flaws)[number]

export interface SpoiltAnswer {
  readonly body: string | Uint8Array<ArrayBuffer>
  readonly encoding?: string
}

/** Raw, as no JSON may have them: an escape, a zero byte, a tab and the end of a line. */
const rawControls = '\x1b\0\t\n'

const spoilers: Readonly<Record<Flaw, (text: string) => SpoiltAnswer>> = {
  control_characters: (text) => ({
    body: text.replace(/"\w*name":"/g, (begin) => begin + rawControls),
  }),
  text_numbers: (text) => ({
    body: JSON.stringify(JSON.parse(text), (_, value) =>
      typeof value === 'number' ? String(value) : value,
    ),
  }),
  compressed: (text) => ({ body: Bun.gzipSync(text), encoding: 'gzip' }),
}

/** The text of an answer with the flaw in it. */
export const spoilt = (flaw: Flaw, text: string): SpoiltAnswer => spoilers[flaw](text)

export const isFlaw = (kind: string): kind is Flaw => flaws.some((flaw) => flaw === kind)
