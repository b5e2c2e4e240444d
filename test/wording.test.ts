import { expect, test } from 'bun:test'
import { dayMs, hourMs, minuteMs } from '../src/clock'
import { counted, inShort, inWords, moment, verb } from '../src/wording'

test.each([
  [0, '0 events'],
  [1, '1 event'],
  [2, '2 events'],
])('%i of something is counted in its number', (count, told) => {
  expect(counted(count, 'event')).toBe(told)
})

test('words that take no s are given their plural', () => {
  expect([1, 3].map((count) => counted(count, 'company', 'companies'))).toEqual([
    '1 company',
    '3 companies',
  ])
  expect([0, 1, 2].map((count) => verb(count, 'is', 'are'))).toEqual(['are', 'is', 'are'])
})

test.each([
  [0, '0 seconds'],
  [999, '0 seconds'],
  [1000, '1 second'],
  [59_999, '59 seconds'],
  [minuteMs, '60 seconds'],
  [119_999, '119 seconds'],
  [2 * minuteMs, '2 minutes'],
  [hourMs, '60 minutes'],
  [2 * hourMs, '2 hours'],
  [dayMs, '24 hours'],
  [40 * dayMs, '40 days'],
  [-40 * dayMs, '40 days'],
])('%i milliseconds are "%s"', (ms, told) => {
  expect(inWords(ms)).toBe(told)
})

test.each([
  [-1, '0 s'],
  [59_999, '59 s'],
  [minuteMs, '1 min'],
  [hourMs, '1 h'],
  [dayMs - 1, '23 h'],
  [40 * dayMs, '40 d'],
])('%i milliseconds in a table are "%s"', (ms, told) => {
  expect(inShort(ms)).toBe(told)
})

test('a moment is told with its zone', () => {
  expect(moment(Date.UTC(2026, 10, 22, 10, 2, 59))).toBe('2026-11-22 10:02 UTC')
})
