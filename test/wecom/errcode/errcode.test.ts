import { describe, expect, test } from 'bun:test'
import {
  errcodes,
  explain,
  ipInErrmsg,
  type Reaction,
  reactions,
  reactionTo,
} from '../../../src/wecom/errcode/errcode'
import { textOf } from '../../conventions/sources'

const expected: Record<Reaction, readonly number[]> = {
  refresh_corp_token: [40014, 41001, 42001],
  refresh_suite_token: [40082, 42009],
  back_off: [-1, 6000, 45033],
  wait_for_window: [45009],
  wait_for_ticket: [40085],
  wrong_secret: [40001, 40080, 40083],
  authorization_gone: [40084, 48004, 301007, 2000002],
  suspended: [48006, 50003],
  code_spent: [40078],
  login_again: [40029, 42003, 42022, 84014, 84015],
  refetch_js_ticket: [40093, 42012],
  install_again: [40077, 42007],
  ip_not_allowed: [60020],
  give_up: [
    40013, 40035, 40056, 40058, 40063, 40086, 41021, 41022, 41023, 41024, 41025, 48001, 48002,
    48003, 50001, 50002, 60011, 60021, 60111, 80001, 81013, 84005, 84024, 84025, 701008, 701022,
    701033, 701085, 701099,
  ],
}

describe('the reaction to an errcode', () => {
  for (const reaction of reactions) {
    test(`${expected[reaction].join(', ')}: ${reaction}`, () => {
      const listed = errcodes().filter((entry) => entry.reaction === reaction)
      expect(listed.map(({ errcode }) => errcode)).toEqual([...expected[reaction]])
      for (const errcode of expected[reaction]) expect(reactionTo(errcode)).toBe(reaction)
    })
  }

  test('an unknown errcode is handed on', () => {
    for (const unknown of [1, 40002, 999999, Number.NaN])
      expect(reactionTo(unknown)).toBe('give_up')
  })
})

describe('the table', () => {
  test('holds each errcode once, in ascending order', () => {
    const codes = errcodes().map(({ errcode }) => errcode)
    expect(codes).toEqual([...new Set(codes)].sort((a, b) => a - b))
  })

  test('says everything in English and in Chinese', () => {
    for (const { errcode, meaning, cause, cure } of errcodes()) {
      for (const { en, zh } of [meaning, cause, cure]) {
        expect(en, `${errcode}`).toMatch(/^[A-Z][^\n]+$/)
        expect(zh, `${errcode}`).toMatch(/[\u4e00-\u9fff]/)
      }
    }
  })

  test('has meanings that fit into a sentence, and causes and cures that are sentences', () => {
    for (const { errcode, meaning, cause, cure } of errcodes()) {
      for (const text of Object.values(meaning)) expect(text, `${errcode}`).toMatch(/[^.。]$/)
      for (const text of [cause, cure].flatMap((both) => Object.values(both))) {
        expect(text, `${errcode}`).toMatch(/[.。]$/)
      }
    }
  })

  test('explains in the language that was asked for', () => {
    const entry = errcodes().find(({ errcode }) => errcode === 60020)
    expect(explain(60020, 'zh')).toEqual({
      meaning: entry?.meaning.zh ?? '',
      cause: entry?.cause.zh ?? '',
      cure: entry?.cure.zh ?? '',
    })
    expect(explain(60020, 'en')?.cure).toContain('IP白名单')
  })

  test.each([48001, 48002, 60011, 60021, 50002])(
    'names, for the missing permission of %i, the call that opens WeCom’s page for it',
    (errcode) => {
      for (const language of ['en', 'zh'] as const) {
        expect(explain(errcode, language)?.cure).toContain('ww.openAppManage(')
      }
    },
  )

  test('names pages for permissions that WeCom’s JS-SDK has, and no others', async () => {
    const types = await textOf('node_modules/@wecom/jssdk/types/index.d.ts')
    const known = [...types.matchAll(/^\t(\w+) = "\1",?$/gm)].map(([, name]) => name)
    const cures = errcodes().flatMap(({ cure }) => [cure.en, cure.zh])
    const named = cures.flatMap((text) => text.match(/\w+_permission\b|(?<=page: ')\w+/g) ?? [])
    expect(new Set(named).size).toBe(5)
    for (const page of named) expect(known).toContain(page)
  })

  test('has no words for an errcode it does not know', () => {
    expect(explain(999999, 'en')).toBeNull()
    expect(explain(0, 'zh')).toBeNull()
  })
})

describe("the caller's address in errmsg", () => {
  const errmsg = (from: string) =>
    `not allow to access from your ip, hint: [1662317178339603627481038], ${from}, more info at https://open.work.weixin.qq.com/devtool/query?e=60020`

  test.each([
    ['IPv4', 'from ip: 203.0.113.7', '203.0.113.7'],
    ['IPv4 without a blank', 'from ip:203.0.113.7', '203.0.113.7'],
    ['IPv4 at the end of a sentence', 'from ip: 203.0.113.7.', '203.0.113.7'],
    ['IPv6', 'from ip: 2001:db8::17', '2001:db8::17'],
    ['IPv6 that ends in zeros', 'from ip: 2001:db8::', '2001:db8::'],
    ['IPv6 in brackets', 'from ip: [2001:db8::17]', '2001:db8::17'],
    ['IPv4 within IPv6', 'from ip: ::ffff:203.0.113.7', '::ffff:203.0.113.7'],
    ['other letter case', 'From IP: 2001:DB8::17', '2001:DB8::17'],
  ])('is found as %s', (_, from, ip) => {
    expect(ipInErrmsg(errmsg(from))).toBe(ip)
  })

  test.each([
    ['it is not there', 'from elsewhere'],
    ['it is partly hidden', 'from ip: 203.0.**'],
    ['it is out of range', 'from ip: 203.0.113.700'],
    ['nothing follows', 'from ip: '],
  ])('is null when %s', (_, from) => {
    expect(ipInErrmsg(errmsg(from))).toBeNull()
  })
})
