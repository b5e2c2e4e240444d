import { describe, expect, test } from 'bun:test'
import type { CorpRecord } from '../../src/store/store'
import { unauthorizedReason } from '../../src/suite/authorized-corp'

const suiteId = 'wwsuite'
const corpid = 'wpCompany'
const record: CorpRecord = {
  version: 1,
  suiteId,
  corpid,
  name: '示例企业',
  agentid: 1000002,
  status: 'authorized',
  statusReason: null,
  statusAt: 0,
  permanentCode: 'code',
  authorizedAt: 0,
  installEventId: null,
  authMode: 0,
  authInfo: null,
}

describe('why a company can’t be served', () => {
  test.each<[string, CorpRecord | null, boolean, string | null]>([
    ['it can', record, false, null],
    ['it was never seen', null, false, 'never seen'],
    ['its messages arrive', null, true, 'Import it'],
    [
      'it left',
      { ...record, status: 'cancelled', permanentCode: null },
      false,
      '1970-01-01T00:00:00.000Z',
    ],
    ['it is invalid', { ...record, status: 'invalid', statusReason: 'because' }, false, 'because'],
    ['it sleeps', { ...record, status: 'suspended', statusReason: 'asleep' }, false, 'asleep'],
    ['nobody said', { ...record, status: 'invalid' }, false, 'no reason known'],
  ])('%s', (_, given, messagesArrive, reason) => {
    const told = unauthorizedReason(given, messagesArrive)
    if (reason === null) expect(told).toBeNull()
    else expect(told).toContain(reason)
  })
})
