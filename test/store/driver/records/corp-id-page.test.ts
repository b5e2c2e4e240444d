import { describe, expect, test } from 'bun:test'
import { corpIdPage, idsAtOnce } from '../../../../src/store/driver/records/corp-list'

const many = Array.from({ length: 2 * idsAtOnce + 1 }, (_, n) => ({
  suiteId: n % 2 ? 'wwb' : 'wwa',
  corpid: `wp${String((n * 7919) % 10_007).padStart(5, '0')}`,
}))
const nameOf = ({ suiteId, corpid }: { suiteId: string; corpid: string }) => `${suiteId}/${corpid}`

describe('stretches of the ids of companies', () => {
  test('have each company once, by suite and corpid, also one that is named twice', () => {
    const found: string[] = []
    let cursor: string | undefined
    do {
      const { items, next } = corpIdPage([...many, ...many.slice(0, 700)], cursor)
      expect(items.length).toBeLessThanOrEqual(idsAtOnce)
      found.push(...items.map(nameOf))
      cursor = next ?? undefined
    } while (cursor !== undefined)
    expect(found).toEqual(many.map(nameOf).sort())
  })

  test('end where the last one is full', () => {
    const { items, next } = corpIdPage(many.slice(0, idsAtOnce), undefined)
    expect(items).toHaveLength(idsAtOnce)
    expect(next).toBeNull()
  })
})
