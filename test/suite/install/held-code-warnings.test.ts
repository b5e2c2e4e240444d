import { describe, expect, test } from 'bun:test'
import { heldCodeWarnings, logLostCodes } from '../../../src/suite/install/held-code-warnings'
import type { HeldCodeEntry, HeldCodes } from '../../../src/suite/install/held-codes'
import { createRecordingLog } from '../../store/recording-log'

const booked = (n: number, place: HeldCodeEntry['place']): [string, HeldCodeEntry] => {
  const code = { corpid: `wpcorp${n}`, name: '', permanentCode: `secret-${n}`, authorizedAt: 0 }
  return [`event-${n}`, { suiteId: 'wwsuite', code, place }]
}

describe('codes that wait', () => {
  const book: HeldCodes = new Map([
    booked(1, 'in memory'),
    booked(2, 'beside its event'),
    booked(3, null),
  ])

  test('in memory alone are a warning that names their companies and no code', () => {
    const [warning, ...more] = heldCodeWarnings(book)
    expect(more).toEqual([])
    expect(warning).toContain('wpcorp1 (wwsuite)')
    expect(warning).not.toContain('wpcorp2')
    expect(warning).not.toContain('secret')
  })

  test('elsewhere are no warning', () => {
    expect(heldCodeWarnings(new Map([booked(2, 'beside its event'), booked(3, null)]))).toEqual([])
  })

  test('of very many companies are counted, and the first twenty named', () => {
    const many = new Map(Array.from({ length: 30 }, (_, n) => booked(n, 'in memory')))
    const [warning] = heldCodeWarnings(many)
    expect(warning).toContain(': 30,')
    expect(warning?.match(/wpcorp/g)).toHaveLength(20)
  })

  test('are an error each at the end, but for those that stand beside their event', () => {
    const log = createRecordingLog()
    logLostCodes(book, log)
    expect(log.entries).toMatchObject([
      { level: 'error', fields: { corpid: 'wpcorp1', eventId: 'event-1' } },
      { level: 'error', fields: { corpid: 'wpcorp3', eventId: 'event-3' } },
    ])
    expect(JSON.stringify(log.entries)).not.toContain('secret')
  })
})
