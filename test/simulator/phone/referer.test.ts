import { expect, test } from 'bun:test'
import { refererFor } from '../../../src/simulator/phone/referer'

const page = new URL('https://app.example.com/install?a=1#x')

test.each<[string | null, string, string | null]>([
  [null, 'https://wecom.example/', 'https://app.example.com/'],
  [null, 'https://app.example.com/b', 'https://app.example.com/install?a=1'],
  [null, 'http://wecom.example/', null],
  [null, 'http://127.0.0.1:8002/', 'https://app.example.com/'],
  ['strict-origin-when-cross-origin', 'https://wecom.example/', 'https://app.example.com/'],
  ['no-referrer', 'https://app.example.com/b', null],
  ['same-origin', 'https://wecom.example/', null],
  ['strict-origin', 'https://app.example.com/b', 'https://app.example.com/'],
  ['unsafe-url', 'http://wecom.example/', 'https://app.example.com/install?a=1'],
])('a page with the policy %p tells %s %p', (policy, target, referer) => {
  expect(refererFor({ url: page, policy }, new URL(target))).toBe(referer)
})

test('an address that was typed has no referer', () => {
  expect(refererFor(null, page)).toBeNull()
})
