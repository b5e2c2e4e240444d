/** The outcome of checking each setting by itself: values, and what is wrong. Pure. */
import type { GivenTexts, Problem } from './place'
import type { Parse } from './value'

export type Schema = Readonly<Record<string, Parse<unknown>>>

export type NameIn<S extends Schema> = keyof S & string

export interface Checked<S extends Schema> {
  /** What is given and right. */
  readonly values: {
    readonly [Name in keyof S]?: S[Name] extends Parse<infer Value> ? Value : never
  }
  /** What is given and can't be used: each is among the problems, and isn't missing as well. */
  readonly wrong: ReadonlySet<NameIn<S>>
  readonly problems: readonly Problem[]
}

/** Judges what was given by a schema. */
export const checkTexts = <S extends Schema>(
  schema: S,
  { texts, unreadable, problems: early }: GivenTexts<NameIn<S>>,
): Checked<S> => {
  const values: Partial<Record<NameIn<S>, unknown>> = {}
  const wrong = new Set(unreadable)
  const problems = [...early]
  for (const name of Object.keys(schema) as NameIn<S>[]) {
    const given = texts.get(name)
    if (!given) continue
    const parsed = schema[name]?.(given.text)
    if (parsed?.ok) values[name] = parsed.value
    else if (parsed) {
      wrong.add(name)
      problems.push({ setting: given.from, problem: parsed.reason })
    }
  }
  return { values: values as Checked<S>['values'], wrong, problems }
}

/** Whether somebody gave it, right or wrong. */
export const isGiven = <S extends Schema>({ values, wrong }: Checked<S>, name: NameIn<S>) =>
  values[name] !== undefined || wrong.has(name)

/** The one that makes no sense without the other: `[what it needs, what is given]`. */
export type Need<Name extends string> = readonly [missing: Name, because: Name]

/** A Token and its EncodingAESKey, neither of which makes sense alone. */
export const needEachOther = <Name extends string>(one: Name, other: Name): Need<Name>[] => [
  [other, one],
  [one, other],
]

/** What is missing beside what is given, each once. */
export const missingNeeds = <S extends Schema>(
  checked: Checked<S>,
  needs: readonly Need<NameIn<S>>[],
): Need<NameIn<S>>[] => {
  const unmet = needs.filter(
    ([missing, because]) => isGiven(checked, because) && !isGiven(checked, missing),
  )
  return unmet.filter(([missing], i) => unmet.findIndex(([other]) => other === missing) === i)
}
