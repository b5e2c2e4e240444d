import { describe, expect, test } from 'bun:test'
import {
  decideUser,
  type FolderFacts,
  type UserDecision,
  userNamed,
} from '../../../src/runtime/folder/folder-user'

const suited = 900
const other = 1000
const facts = (me: number, more: Partial<FolderFacts> = {}): FolderFacts => ({
  me,
  folder: suited,
  lock: null,
  writable: false,
  ...more,
})
const asOwner = { as: 'owner', uid: suited } as const
const asNobody = { as: 'nobody', uid: suited } as const
const self = { as: 'self' } as const

describe('root goes on', () => {
  test.each<[string, Partial<FolderFacts>, UserDecision]>([
    ['as the owner of a folder', {}, asOwner],
    ['as who served there, in a folder that root made', { folder: 0, lock: suited }, asOwner],
    ['as the owner of a folder whose lock file root left behind', { lock: 0 }, asOwner],
    ['as the owner of a folder in which a third one left a lock file', { lock: other }, asOwner],
    ['as root in a folder of root', { folder: 0 }, self],
    ['as root where there is no folder', { folder: null }, self],
  ])('%s', (_, more, expected) => {
    for (const isService of [true, false]) {
      expect(decideUser(facts(0, { writable: true, ...more }), isService)).toEqual(expected)
    }
  })
})

describe('another user', () => {
  test.each<[string, Partial<FolderFacts>]>([
    ['goes on in a folder of their own', { folder: other }],
    ['goes on where they served, whoever made the folder', { lock: other }],
    ['goes on where there is no folder', { folder: null }],
    ['goes on where a mounted volume of root is open to them', { folder: 0, writable: true }],
    [
      'goes on where a file server lets them write the lock file of somebody',
      { lock: 1, writable: true },
    ],
  ])('%s', (_, more) => {
    for (const isService of [true, false]) {
      expect(decideUser(facts(other, more), isService)).toEqual(self)
    }
  })

  test.each<[string, Partial<FolderFacts>]>([
    ['is refused in a folder that they can’t write', {}],
    ['is refused where somebody else serves', { folder: other, lock: suited }],
  ])('%s, and told who to be', (_, more) => {
    for (const isService of [true, false]) {
      expect(decideUser(facts(other, more), isService)).toEqual(asNobody)
    }
  })

  test('may serve in a folder of others that is open to them, but leave nothing there as a command', () => {
    const open = facts(other, { writable: true })
    expect(decideUser(open, true)).toEqual(self)
    expect(decideUser(open, false)).toEqual(asNobody)
  })
})

test('a user is called by the name that /etc/passwd has, else by the id', () => {
  const passwd = 'root:x:0:0:root:/root:/bin/bash\nsuited:x:900:900::/var/lib/suited:/bin/false\n'
  expect(userNamed(900, passwd)).toBe('suited')
  expect(userNamed(90, passwd)).toBe('the user with the id 90')
})
