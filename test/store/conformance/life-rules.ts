import { expect, test } from 'bun:test'
import { type Bench, codeOf } from './bench'

/** What both ports promise of their life; `calls` has one call of each other method. */
export const lifeRules = <T extends { checkWritable(): Promise<void>; close(): Promise<void> }>(
  bench: Bench<T>,
  calls: Readonly<Record<string, (subject: T) => Promise<unknown>>>,
) => {
  test.each(Object.entries(calls))('%s is refused after close', async (_, call) => {
    await bench.subject.close()
    expect(await codeOf(call(bench.subject))).toBe('store_unavailable')
  })

  test('closing twice is harmless', async () => {
    await bench.subject.close()
    await bench.subject.close()
    expect(await codeOf(bench.subject.checkWritable())).toBe('store_unavailable')
  })

  test('it says that it can be written', async () => {
    expect(await codeOf(bench.subject.checkWritable())).toEqual({ resolved: undefined })
  })
}
