import { describe, expect, test } from 'bun:test'
import { pageItems } from '../../../src/suite/operations/page-fields'
import {
  nothingSeen,
  type SetupFacts,
  type SetupItem,
} from '../../../src/suite/operations/setup-facts'
import type { Suite, SuiteKind } from '../../../src/suite/suites'

const suite: Suite = {
  key: 'crm',
  kind: 'app',
  pairs: { current: null, previous: null },
  suiteId: null,
  suiteSecret: null,
  receiveIdEmpty: false,
  installMode: 'formal',
  observes: false,
  trustedDomains: ['crm.example.com'],
}

const base = 'https://gw.example.com'

const itemOf = (
  field: string,
  changed: Partial<Suite> = {},
  facts: Partial<SetupFacts> = {},
): SetupItem => {
  const one = { ...suite, ...changed }
  const all: SetupFacts = {
    suites: [one],
    provider: { corpid: null, secret: null, systemPair: null, hasOwnLogin: false },
    publicUrl: base,
    domainFiles: ['WW_verify_a1B2.txt'],
    progress: nothingSeen,
    ...facts,
  }
  const found = pageItems(one, all.publicUrl, all).find((item) => item.field === field)
  if (!found) throw new Error(`there is no ${field}`)
  return found
}

describe('可信域名', () => {
  test.each<SuiteKind>(['app', 'customised', 'login'])(
    'of a suite of kind %s has our own host, for logins lead back to it',
    (kind) => {
      expect(itemOf('可信域名', { kind }).value).toBe('crm.example.com；gw.example.com')
    },
  )

  test('names our port, which WeCom compares', () => {
    const item = itemOf('可信域名', {}, { publicUrl: 'https://gw.example.com:8443/wecom' })
    expect(item.value).toBe('crm.example.com；gw.example.com:8443')
  })

  test('names a host once, and our own where there is no other', () => {
    expect(itemOf('可信域名', { trustedDomains: ['gw.example.com'] }).value).toBe('gw.example.com')
    expect(itemOf('可信域名', { trustedDomains: [] }).value).toBe('gw.example.com')
  })

  test('of a suite that another back-end works for has that one’s hosts alone', () => {
    expect(itemOf('可信域名', { observes: true }).value).toBe('crm.example.com')
  })

  test('says where WeCom finds the file that it asks for', () => {
    const item = itemOf('可信域名')
    expect(item.status).toBe('optional')
    expect(item.detail).toContain('https://gw.example.com/WW_verify_a1B2.txt')
  })

  test.each([[[]], [['MP_verify_a1B2.txt']]])(
    'is awaited while that file is none of %p',
    (files) => {
      const item = itemOf('可信域名', {}, { domainFiles: files })
      expect(item.status).toBe('awaited')
      expect(item.detail).toContain('folder "domain"')
    },
  )

  test('claims nothing of files that it can’t see', () => {
    const item = itemOf('可信域名', {}, { domainFiles: null })
    expect(item.status).toBe('optional')
    expect(item.detail).toContain('WW_verify')
  })

  test('without a public address has the hosts of the pages, and says what to set', () => {
    const item = itemOf('可信域名', {}, { publicUrl: null })
    expect(item).toMatchObject({ value: 'crm.example.com', status: 'optional' })
    expect(item.detail).toContain('SUITED_PUBLIC_URL')
    const none = itemOf('可信域名', { trustedDomains: [] }, { publicUrl: null })
    expect(none).toMatchObject({ value: null, status: 'awaited' })
  })

  test('of a template says how a company gets an address of its own', () => {
    expect(itemOf('可信域名', { kind: 'customised' }).detail).toContain('/api/corps/{corpid}/site')
  })
})

describe('安装完成回调域名', () => {
  test('is our host, to which an install from the provider’s site leads back', () => {
    const item = itemOf('安装完成回调域名')
    expect(item).toMatchObject({ value: 'gw.example.com', status: 'optional' })
    expect(item.detail).toContain('/install')
  })

  test('is ticked once WeCom has led an installation back', () => {
    const progress = { ...nothingSeen, installedHere: new Set(['crm']) }
    expect(itemOf('安装完成回调域名', {}, { progress }).status).toBe('done')
    const ofOther = { ...nothingSeen, installedHere: new Set(['hr']) }
    expect(itemOf('安装完成回调域名', {}, { progress: ofOther }).status).toBe('optional')
  })
})

describe('业务设置URL', () => {
  test('logs in whoever opens it and leads on to the first page of the app', () => {
    const trustedDomains = ['crm.example.com', 'b.example.com']
    expect(itemOf('业务设置URL', { trustedDomains }).value).toBe(
      'https://gw.example.com/business?redirect=https%3A%2F%2Fcrm.example.com%2F',
    )
  })

  test('without a page says who came, and which setting names one', () => {
    const item = itemOf('业务设置URL', { trustedDomains: [] })
    expect(item.value).toBe('https://gw.example.com/business')
    expect(item.detail).toContain('SUITED_TRUSTED_DOMAINS')
  })
})
