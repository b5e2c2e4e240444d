import { expect, test } from 'bun:test'
import { hourMs, minuteMs } from '../../../src/clock'
import { type RefusedCallbackItem, refusedLines } from '../../../src/commands/cli/refused-lines'

const now = 1_790_000_000_000

const item = (more: Partial<RefusedCallbackItem> = {}): RefusedCallbackItem => ({
  standing: 'like_wecom',
  kind: 'push',
  url: '/callback/command',
  lastAddress: '101.89.1.7',
  count: 20,
  lastAt: now - minuteMs,
  detail: 'the signature fits no Token of ours',
  cure: 'Compare WECOM_TOKEN with the Token in WeCom’s console.',
  ...more,
})

const plain = (items: readonly RefusedCallbackItem[]) =>
  refusedLines(items, now).map((line) => Bun.stripANSI(line))

test('a refused callback is told with its number, its URL, its sender, its mistake and its cure', () => {
  expect(plain([item()])).toEqual([
    '  ○ 20 pushes like WeCom’s at /callback/command, last 1 min ago from 101.89.1.7: the signature fits no Token of ours',
    '    Compare WECOM_TOKEN with the Token in WeCom’s console.',
  ])
})

test('one alone is told as one, a check as a check, a signed one as WeCom’s', () => {
  const [first] = plain([item({ count: 1, kind: 'check', standing: 'signed', lastAddress: null })])
  expect(first).toStartWith('  ○ 1 URL check signed by WeCom at /callback/command, last')
})

test('those of strangers and those of long ago are left out', () => {
  expect(plain([item({ standing: 'other' }), item({ lastAt: now - hourMs })])).toEqual([])
})

test('the latest five are told, the latest first', () => {
  const many = Array.from({ length: 9 }, (_, i) => item({ count: i + 2, lastAt: now - i * 1000 }))
  const told = plain(many.toReversed()).filter((line) => line.includes('○'))
  expect(told.map((line) => /\d+/.exec(line)?.[0])).toEqual(['2', '3', '4', '5', '6'])
})
