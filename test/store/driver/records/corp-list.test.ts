import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { corpPage } from '../../../../src/store/driver/records/corp-list'
import type { CorpSummary } from '../../../../src/store/store'

const anyCorps = fc.uniqueArray(
  fc.record({
    suiteId: fc.constantFrom('wwa', 'wwb'),
    corpid: fc.stringMatching(/^[a-cA-C]{1,4}$/),
    authorizedAt: fc.nat({ max: 20 }),
  }),
  { maxLength: 120, size: 'max', selector: ({ suiteId, corpid }) => `${suiteId}/${corpid}` },
)

const summary = (corp: Pick<CorpSummary, 'suiteId' | 'corpid' | 'authorizedAt'>): CorpSummary => ({
  name: '',
  agentid: null,
  status: 'authorized',
  ...corp,
})

/** The order of the port, written down once more as one text to sort by. */
const sortKey = ({ authorizedAt, suiteId, corpid }: CorpSummary) =>
  `${String(1000 - authorizedAt).padStart(4, '0')} ${suiteId} ${corpid}`

describe('the pages of a list of companies', () => {
  test('are together the whole list in order, whatever order it is kept in', () => {
    fc.assert(
      fc.property(anyCorps, fc.integer({ min: 1, max: 9 }), (some, limit) => {
        const corps = some.map(summary)
        const seen: string[] = []
        let cursor: string | null | undefined
        while (cursor !== null) {
          const page = corpPage(corps, { limit, cursor })
          expect(page.items.length).toBeLessThanOrEqual(limit)
          seen.push(...page.items.map(sortKey))
          cursor = page.next
        }
        expect(seen).toEqual(corps.map(sortKey).sort())
      }),
    )
  })
})
