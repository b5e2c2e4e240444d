import { describe, expect, test } from 'bun:test'
import { hourMs, minuteMs } from '../../../src/clock'
import { createScene, type Scene } from '../../scene'

const timeline = async (scene: Scene, corpid: string): Promise<{ type: string }[]> =>
  (await scene.ask(`/api/corps/${corpid}/timeline`)).items

/** A company that installed the app, and whose data URL was reached, more than a day ago. */
const agedScene = async () => {
  const scene = await createScene({ env: { SUITED_EVENT_RETENTION_DAYS: '1' } })
  const corpid = await scene.installed()
  await scene.simulator.pusher.pushEvent('text', { corpid })
  await scene.settle()
  const before = {
    timeline: await timeline(scene, corpid),
    setup: await scene.ask('/api/setup'),
  }
  await scene.clock.leap(26 * hourMs)
  // A signed push confirms the clock, so that the purge may go by it.
  await scene.simulator.pusher.pushTicket(scene.suiteId)
  await scene.clock.advance(2 * minuteMs)
  return { scene, corpid, before }
}

describe('when the events of more than a day ago are purged', () => {
  test('a company’s history is as it was', async () => {
    const { scene, corpid, before } = await agedScene()
    expect((await scene.ask('/api/events?type=create_auth')).items).toEqual([])
    expect(before.timeline.length).toBeGreaterThan(1)
    expect(await timeline(scene, corpid)).toEqual(before.timeline)
    expect(await timeline(await scene.restart(), corpid)).toEqual(before.timeline)
  })

  test('a URL that WeCom reached is not awaited again, also by a later process', async () => {
    const { scene, before } = await agedScene()
    const urls = ({ items }: { items: { field: string; status: string }[] }) =>
      items.filter(({ field }) => field.includes('URL')).map(({ field, status }) => [field, status])
    expect(urls(before.setup)).toContainEqual([expect.stringContaining('数据'), 'done'])
    const next = await scene.restart()
    expect(urls(await next.ask('/api/setup'))).toEqual(urls(before.setup))
  })

  test('the history moves with an export', async () => {
    const { scene, corpid, before } = await agedScene()
    const lines = await Array.fromAsync(scene.service.stateExport.lines())
    const other = await createScene()
    for (const line of lines) {
      if (line.kind === 'facts') await other.eventLog.addFacts(line.facts)
    }
    expect(await timeline(other, corpid)).toEqual(before.timeline)
    expect(JSON.stringify(lines.filter(({ kind }) => kind === 'facts'))).not.toContain(
      'AuthCode":"a',
    )
  })
})
