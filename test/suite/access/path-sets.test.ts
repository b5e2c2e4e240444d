import { describe, expect, test } from 'bun:test'
import { pathFits, pathSets } from '../../../src/suite/access/path-sets'

describe('a path that a key is limited to', () => {
  test.each([
    ['/cgi-bin/user/get', '/cgi-bin/user/get', true],
    ['/cgi-bin/user/get', '/cgi-bin/user/getuserid', false],
    ['/cgi-bin/user/get', '/cgi-bin/user/get/more', false],
    ['/cgi-bin/user/', '/cgi-bin/user/get', true],
    ['/cgi-bin/user/', '/cgi-bin/user/tag/get', true],
    ['/cgi-bin/user/', '/cgi-bin/user', false],
    ['/cgi-bin/user/', '/cgi-bin/users/get', false],
    ['/cgi-bin/', '/cgi-bin/user/get', true],
    ['contacts:read', '/cgi-bin/user/get', true],
    ['contacts:read', '/cgi-bin/user/delete', false],
    ['service-desk', '/cgi-bin/kf/account/list', true],
    ['toString', '/cgi-bin/user/get', false],
  ])('%s, and %s: %p', (entry, path, fits) => {
    expect(pathFits(entry, path)).toBe(fits)
  })

  test('is, in a ready set for reading, none that writes', () => {
    const reading = Object.entries(pathSets).filter(([name]) => name.endsWith(':read'))
    const writing = reading.flatMap(([, paths]) =>
      paths.filter((path) => /create|update|delete|add|send|upload|mark/.test(path)),
    )
    expect(reading.length).toBeGreaterThan(2)
    expect(writing).toEqual([])
  })
})
