import { describe, expect, test } from 'bun:test'
import { type Grant, grantDiff } from '../../../src/suite/profile/grant-diff'

const privilege = {
  level: 1,
  allow_party: [1, 2],
  allow_user: ['woA'],
  allow_tag: [],
  extra_party: [],
  extra_user: [],
  extra_tag: [],
}

const grant = (change: Partial<Grant> = {}, allowed: Record<string, unknown> = {}): Grant => ({
  name: '青松科技有限公司',
  agentid: 1000002,
  authMode: 0,
  authInfo: { privilege: { ...privilege, ...allowed } },
  ...change,
})

describe('the difference between two readings', () => {
  test('is empty where nothing changed', () => {
    expect(grantDiff(grant(), grant())).toEqual([])
  })

  test('is empty where only the order of a list changed', () => {
    expect(grantDiff(grant(), grant({}, { allow_party: [2, 1] }))).toEqual([])
  })

  test('is empty where only changed what suited does not look at', () => {
    const after = grant({ authInfo: { privilege, round_logo_url: 'https://example.com/1' } })
    expect(grantDiff(grant(), after)).toEqual([])
  })

  test.each<[Partial<Grant>, object]>([
    [{ name: '青松集团' }, { what: 'name', before: '青松科技有限公司', after: '青松集团' }],
    [{ agentid: 1000009 }, { what: 'agentid', before: 1000002, after: 1000009 }],
    [{ authMode: 1 }, { what: 'auth_mode', before: 0, after: 1 }],
    [{ agentid: null }, { what: 'agentid', before: 1000002, after: null }],
  ])('names a value with what it was and is: %j', (change, expected) => {
    expect(grantDiff(grant(), grant(change))).toEqual([expected as never])
  })

  test('names the level of what the app may do', () => {
    expect(grantDiff(grant(), grant({}, { level: 3 }))).toEqual([
      { what: 'privilege.level', before: 1, after: 3 },
    ])
  })

  test.each(['allow_party', 'allow_user', 'allow_tag', 'extra_party', 'extra_user', 'extra_tag'])(
    'names who came and who went in %s',
    (range) => {
      const before = grant({}, { [range]: ['a', 'b'] })
      const after = grant({}, { [range]: ['b', 'c', 'd'] })
      expect(grantDiff(before, after)).toEqual([
        { what: `privilege.${range}`, added: ['c', 'd'], removed: ['a'] },
      ])
    },
  )

  test('lists several changes, always in the same order', () => {
    const after = grant({ name: 'other', authMode: 1 }, { level: 2, extra_tag: [9] })
    expect(grantDiff(grant(), after).map(({ what }) => what)).toEqual([
      'name',
      'auth_mode',
      'privilege.level',
      'privilege.extra_tag',
    ])
  })

  test.each([null, undefined, {}, { privilege: null }, { privilege: 'none' }, 'text'])(
    'takes %j for a grant of nothing',
    (authInfo) => {
      expect(grantDiff(grant({ authInfo }), grant({ authInfo }))).toEqual([])
      expect(grantDiff(grant({ authInfo }), grant())).toContainEqual({
        what: 'privilege.allow_party',
        added: [1, 2],
        removed: [],
      })
    },
  )
})
