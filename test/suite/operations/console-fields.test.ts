import { describe, expect, test } from 'bun:test'
import { setupItems } from '../../../src/suite/operations/console-fields'
import {
  nothingSeen,
  type SetupFacts,
  type SetupProgress,
} from '../../../src/suite/operations/setup-facts'
import type { Suite, SuiteKind } from '../../../src/suite/suites'

const suite = (change: Partial<Suite> = {}): Suite => ({
  key: 'default',
  kind: 'app',
  pairs: { current: null, previous: null },
  suiteId: null,
  suiteSecret: null,
  receiveIdEmpty: false,
  installMode: 'formal',
  observes: false,
  trustedDomains: ['crm.example.com'],
  ...change,
})

const facts = (change: Partial<SetupFacts> = {}): SetupFacts => ({
  suites: [suite()],
  provider: { corpid: null, secret: null, systemPair: null, hasOwnLogin: false },
  publicUrl: 'https://gw.example.com',
  domainFiles: null,
  progress: nothingSeen,
  ...change,
})

const valuesOf = (change: Partial<SetupFacts> = {}) =>
  setupItems(facts(change)).map(({ field, suite: owner, value }) => [field, owner, value])

const statusOf = (
  field: string,
  progress: Partial<SetupProgress> = {},
  change: Partial<Suite> = {},
) =>
  setupItems(facts({ suites: [suite(change)], progress: { ...nothingSeen, ...progress } })).find(
    (item) => item.field === field,
  )?.status

describe('what is to be pasted', () => {
  test('stands in the order of WeCom’s console, ready to paste', () => {
    expect(valuesOf()).toEqual([
      ['系统事件接收URL', null, 'https://gw.example.com/callback/system'],
      ['应用主页', 'default', 'https://crm.example.com/?corpid=$CORPID$'],
      ['可信域名', 'default', 'crm.example.com；gw.example.com'],
      ['安装完成回调域名', 'default', 'gw.example.com'],
      [
        '业务设置URL',
        'default',
        'https://gw.example.com/business?redirect=https%3A%2F%2Fcrm.example.com%2F',
      ],
      ['数据回调URL', 'default', 'https://gw.example.com/callback/data/$CORPID$'],
      ['指令回调URL', 'default', 'https://gw.example.com/callback/command'],
      ['IP白名单', null, null],
    ])
  })

  test('keeps the path of the public address', () => {
    const values = valuesOf({ publicUrl: 'https://example.com/wecom' })
    expect(values).toContainEqual([
      '指令回调URL',
      'default',
      'https://example.com/wecom/callback/command',
    ])
    expect(values).toContainEqual(['安装完成回调域名', 'default', 'example.com'])
  })

  test('is nothing while the public address isn’t known, and the item says what to set', () => {
    const items = setupItems(facts({ publicUrl: null }))
    const fields = [
      '系统事件接收URL',
      '安装完成回调域名',
      '业务设置URL',
      '数据回调URL',
      '指令回调URL',
    ]
    for (const field of fields) {
      const item = items.find((one) => one.field === field)
      expect(item?.value).toBeNull()
      expect(item?.detail).toContain('SUITED_PUBLIC_URL')
    }
  })

  test('names each of several suites in its addresses, the default one too', () => {
    const suites = [suite({ key: 'crm' }), suite({ key: 'hr', trustedDomains: [] })]
    const values = valuesOf({ suites })
    expect(values).toContainEqual([
      '指令回调URL',
      'crm',
      'https://gw.example.com/suites/crm/callback/command',
    ])
    expect(values).toContainEqual([
      '指令回调URL',
      'hr',
      'https://gw.example.com/suites/hr/callback/command',
    ])
    expect(values.filter(([field]) => field === 'IP白名单')).toHaveLength(1)
    expect(values).toContainEqual(['应用主页', 'hr', null])
  })

  test('is the system-event URL and the address alone before there is an app', () => {
    expect(valuesOf({ suites: [] }).map(([field]) => field)).toEqual([
      '系统事件接收URL',
      'IP白名单',
    ])
  })

  test.each<[SuiteKind, string[]]>([
    ['app', ['安装完成回调域名', '数据回调URL']],
    ['customised', ['数据回调URL']],
    ['login', []],
  ])('of a suite of kind %s asks only for what its form has', (kind, fields) => {
    const asked = valuesOf({ suites: [suite({ kind })] }).map(([field]) => field)
    for (const field of ['安装完成回调域名', '数据回调URL']) {
      expect(asked.includes(field)).toBe(fields.includes(field))
    }
    expect(asked).toContain('指令回调URL')
  })

  test('is for each company of a template another data URL: none is awaited here', () => {
    const item = setupItems(facts({ suites: [suite({ kind: 'customised' })] })).find(
      ({ field }) => field === '数据回调URL',
    )
    expect(item).toMatchObject({ value: null, status: 'optional' })
    expect(item?.detail).toContain('/api/corps/{corpid}/callback')
  })
})

describe('the data URLs of a template', () => {
  const first = [
    { corpid: 'wpA', name: '企业甲', reached: true },
    { corpid: 'wpB', name: '', reached: false },
  ]

  const itemsWith = (more: number, change: Partial<SetupFacts> = {}) =>
    setupItems(
      facts({
        suites: [suite({ key: 'template', kind: 'customised' })],
        progress: { ...nothingSeen, corpUrls: new Map([['template', { first, more }]]) },
        ...change,
      }),
    ).filter(({ field }) => field === '数据回调URL')

  test('are each ready to paste, ticked where WeCom has reached that company’s', () => {
    const items = itemsWith(0)
    expect(items.map(({ value, status }) => [value, status])).toEqual([
      ['https://gw.example.com/suites/template/corps/wpA/callback', 'done'],
      ['https://gw.example.com/suites/template/corps/wpB/callback', 'awaited'],
    ])
    expect(items[0]?.detail).toContain('企业甲 (wpA)')
    expect(items[1]?.detail).toContain('PUT /api/corps/wpB/callback?suite=template')
  })

  test('of more companies than are shown are counted', () => {
    const items = itemsWith(35)
    expect(items).toHaveLength(3)
    expect(items[2]).toMatchObject({ value: null, status: 'optional' })
    expect(items[2]?.detail).toStartWith('35 more companies')
  })

  test('can’t be known without the public address', () => {
    const awaited = itemsWith(0, { publicUrl: null })[1]
    expect(awaited?.value).toBeNull()
    expect(awaited?.detail).toContain('SUITED_PUBLIC_URL')
  })
})

describe('an item is ticked', () => {
  test.each<[string, Partial<SetupProgress>]>([
    ['系统事件接收URL', { systemUrlReached: true }],
    ['数据回调URL', { dataUrlReached: new Set(['default']) }],
    ['指令回调URL', { commandUrlReached: new Set(['default']) }],
    ['IP白名单', { callsAllowed: new Set(['default']) }],
  ])('%s, once WeCom has shown that it works', (field, progress) => {
    expect(statusOf(field)).toBe('awaited')
    expect(statusOf(field, progress)).toBe('done')
  })

  test('for its own suite alone', () => {
    const progress = { ...nothingSeen, commandUrlReached: new Set(['hr']) }
    const items = setupItems(
      facts({ suites: [suite({ key: 'crm' }), suite({ key: 'hr' })], progress }),
    )
    const statuses = items.filter(({ field }) => field === '指令回调URL').map((one) => one.status)
    expect(statuses).toEqual(['awaited', 'done'])
  })

  test('never where nothing could show it', () => {
    for (const field of ['应用主页', '可信域名', '安装完成回调域名', '业务设置URL']) {
      expect(statusOf(field)).toBe('optional')
    }
  })
})

test('the address that WeCom refuses is the value to enter', () => {
  const [item] = setupItems(
    facts({ progress: { ...nothingSeen, refusedIp: '203.0.113.7' } }),
  ).filter(({ field }) => field === 'IP白名单')
  expect(item).toMatchObject({ value: '203.0.113.7', status: 'awaited' })
})
