/** Contenders by turns: each round has all of them, every second one in the opposite order. */

export const alternate = async <T>(
  names: readonly string[],
  rounds: number,
  measure: (name: string, round: number) => Promise<T>,
): Promise<ReadonlyMap<string, readonly T[]>> => {
  const results = new Map<string, T[]>(names.map((name) => [name, []]))
  for (let round = 0; round < rounds; round++) {
    const order = round % 2 === 0 ? names : names.toReversed()
    for (const name of order) results.get(name)?.push(await measure(name, round))
  }
  return results
}

/** One figure of each round. */
export const figures = <T>(
  results: ReadonlyMap<string, readonly T[]>,
  name: string,
  figure: (result: T) => number,
): number[] => (results.get(name) ?? []).map(figure)
