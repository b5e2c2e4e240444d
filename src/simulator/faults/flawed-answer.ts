/** True answers with a flaw that whoever reads them should see through. Pure. */

export const flaws = ['control_characters', 'text_numbers'] as const
export type Flaw = (typeof flaws)[number]

/** Raw, as no JSON may have them: an escape, a zero byte, a tab and the end of a line. */
const rawControls = '\x1b\0\t\n'

const spoilers: Readonly<Record<Flaw, (text: string) => string>> = {
  control_characters: (text) => text.replace(/"\w*name":"/g, (begin) => begin + rawControls),
  text_numbers: (text) =>
    JSON.stringify(JSON.parse(text), (_, value) =>
      typeof value === 'number' ? String(value) : value,
    ),
}

/** The text of an answer with the flaw in it. */
export const spoilt = (flaw: Flaw, text: string): string => spoilers[flaw](text)

export const isFlaw = (kind: string): kind is Flaw => flaws.some((flaw) => flaw === kind)
