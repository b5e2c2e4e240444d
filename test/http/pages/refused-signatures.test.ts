/** What the log holds of signatures that strangers were refused. */
import { expect, test } from 'bun:test'
import { minuteMs } from '../../../src/clock'
import { createScene, pageUrl, type Scene } from '../../scene'

const addressed = async (env: Record<string, string> = {}) => {
  const scene = await createScene({ env, remoteAddressOf: () => '192.0.2.1' })
  const corpid = await scene.installed()
  return { scene, corpid }
}

const linesOf = ({ logs }: Scene, level: string, beginning: string) =>
  logs.filter((line) => line.level === level && line.message.startsWith(beginning))

test('a page that asks again and again for what it can’t have fills no disk', async () => {
  const { scene, corpid } = await addressed()
  for (let i = 0; i < 600; i++) await scene.sign(`wpNobody${i}`)
  await scene.request(`/sign?${new URLSearchParams({ corpid, url: 'https://evil.example' })}`)
  const refused = linesOf(scene, 'info', 'a page got no signature')
  expect(refused.map(({ code }) => code)).toEqual([
    ...Array(5).fill('corp_not_authorized'),
    'url_not_trusted',
  ])
  expect(refused[0]).toMatchObject({ corpid: 'wpNobody0', path: '/sign' })
  await scene.clock.advance(minuteMs)
  expect(linesOf(scene, 'info', 'and 595 more')).toMatchObject([
    { line: 'a page got no signature', kind: 'corp_not_authorized', address: '192.0.2.1' },
  ])
  await scene.stop()
})

test('what was counted is told before the process leaves', async () => {
  const { scene } = await addressed()
  for (let i = 0; i < 8; i++) await scene.sign('wpNobody')
  await scene.stop()
  expect(linesOf(scene, 'info', 'and 3 more')).toHaveLength(1)
})

test('no page’s words reach the log but as printable characters', async () => {
  const { scene } = await addressed()
  for (const corpid of ['%C2%9B2J', '%7F', '%E2%80%AE', '%E2%80%A8']) {
    await scene.request(`/sign?corpid=${corpid}&url=${encodeURIComponent(pageUrl)}`)
  }
  // What was written is read back here: that it was escaped is `log.test.ts`'s to see.
  expect(linesOf(scene, 'info', 'a page got').map(({ corpid }) => corpid)).toEqual([
    '\u009b2J',
    '\u007f',
    '\u202e',
    '\u2028',
  ])
  await scene.stop()
})
