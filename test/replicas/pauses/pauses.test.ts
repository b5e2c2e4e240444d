/**
 * Replicas of the binary that are paused (SIGSTOP) in the middle of what they do, for longer than
 * their lives, while others take that over, and that then go on (SIGCONT).
 */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { minuteMs } from '../../../src/clock'
import { describeWithTool } from '../../optional-tool'
import { findPostgres } from '../../postgres/server'
import type { Replica } from '../fleet'
import { type HeldConfirmation, holdConfirmation, type Moment } from './held-confirmation'
import { type HeldDeliveries, holdDeliveries, type Told } from './held-deliveries'
import { type HeldPurge, holdPurge, oldEvents } from './held-purge'
import { openStage, type Stage } from './stage'

const long = Bun.env.SUITED_LONG_TESTS === '1'
/** So many companies, of which so many are called gone at once. */
const [companies, gone] = long ? [100, 9] : [10, 6]

const moments: readonly Moment[] = long ? ['the write', 'the call'] : ['the write']

const scene = (moment: Moment) => {
  let stage: Stage
  let confirmation: HeldConfirmation
  let purge: HeldPurge
  let deliveries: HeldDeliveries
  /** What was suspected and told while the alarm stood. */
  let alarm: { suspected: number; events: number; givenUp: readonly string[] }
  /** Of the delivery that another one had under way when the paused one came back. */
  let underWay: Told

  beforeAll(async () => {
    stage = await openStage(5, companies)
    const { corpids, fleet } = stage
    const [one, two, three, ...others] = fleet.replicas as [Replica, Replica, Replica, ...Replica[]]
    confirmation = await holdConfirmation(stage, {
      moment,
      gone: corpids.slice(0, gone),
      reporters: [one, three, ...others],
      confirms: two,
    })
    purge = await holdPurge(stage, three)
    deliveries = await holdDeliveries(stage, {
      corpids: corpids.slice(-3) as [string, string, string],
      delivers: one,
    })
    await purge.retryOne()
    await stage.livesOver([one, two, three])
    const owner = await deliveries.takenOver()
    const other = others.find(({ id }) => id !== owner)!
    await confirmation.confirmedBy(other)
    alarm = {
      suspected: await confirmation.suspected(),
      events: await confirmation.alarms(),
      givenUp: await confirmation.givenUp(),
    }
    await purge.purgedBy(other)
    await confirmation.healedBy(other)
    await Promise.all([confirmation.goOn(), purge.goOn(), deliveries.goOn()])
    underWay = await deliveries.told(deliveries.lines[2]!.first)
    await deliveries.finish()
  }, 3 * minuteMs)
  afterAll(() => stage?.stop())

  test('deliver each event under one id, in order and once in the record, whatever they say late', async () => {
    const { lines, told } = deliveries
    // The second attempt was under way when its failure came: the number alone tells them apart.
    expect(underWay).toMatchObject({ status: 'pending', claim: 2, attempts: 1 })
    for (const { first, second } of lines) {
      const once = { status: 'done', done: 1, undone: 0 }
      expect(await told(first)).toMatchObject({ ...once, claim: 2, attempts: 2 })
      expect(await told(second)).toMatchObject({ ...once, claim: 1, attempts: 1 })
      expect(stage.received.get(first)).toMatchObject({ times: 2 })
      expect(stage.received.get(second)).toMatchObject({ times: 1 })
      const came = [...stage.received.keys()]
      expect(came.indexOf(first)).toBeLessThan(came.indexOf(second))
    }
    expect(stage.wrong).toEqual([])
  })

  test('give up no company after an alarm of others', async () => {
    expect(alarm).toEqual({ suspected: gone, events: 1, givenUp: [] })
    expect(await confirmation.givenUp()).toEqual([])
  })

  test('purge nothing twice, and nothing that is to stay', async () => {
    const went = await purge.gone()
    expect(new Set(went).size).toBe(went.length)
    expect(went).toHaveLength(oldEvents - 1)
    const left = new Set(await purge.left())
    expect(purge.staying.filter((id) => !left.has(id))).toEqual([])
  })

  test('are healthy afterwards, as the others are', async () => {
    for (const { suited } of stage.fleet.replicas) {
      expect((await fetch(`${suited.url}/readyz`)).status).toBe(200)
      expect((await suited.sign(stage.corpids.at(-1)!)).status).toBe(200)
    }
    expect(stage.fleet.written()).not.toContain('"status":500')
  })
}

describeWithTool('PostgreSQL', findPostgres, 'replicas that go on after a pause', () => {
  for (const moment of moments)
    describe(`beyond their lives, one in ${moment}`, () => scene(moment))
})
