/** A wrong secret, and two processes of the binary on one database: WeCom blocks who insists. */
import { afterAll, expect, test } from 'bun:test'
import type { Suited } from '../binary/suited'
import { until } from '../binary/until'
import { useWorkshop } from '../binary/workshop'
import { describeWithTool } from '../optional-tool'
import { newDatabase } from '../postgres/database'
import { findPostgres } from '../postgres/server'
import { keyNamed } from '../store/sealed-with'

const wrongSecret = 40001
const path = '/cgi-bin/service/get_suite_token'

describeWithTool('PostgreSQL', findPostgres, 'two replicas with a wrong secret', () => {
  const workshop = useWorkshop(afterAll)

  test('show it six times an hour in all, whichever of them tickets come to', async () => {
    const wecom = workshop.wecom()
    const { calls, faults, pusher } = wecom.simulator
    const settings = {
      ...wecom.settings,
      SUITED_STORE: await newDatabase(),
      SUITED_ENCRYPTION_KEY: keyNamed('7').toString('base64'),
    }
    const replicas: readonly Suited[] = [
      await workshop.serve(settings),
      await workshop.serve(settings),
    ]
    faults.add({ path, errcode: wrongSecret })
    for (let tickets = 1; tickets <= 7; tickets++) {
      wecom.pushTo(replicas[tickets % 2]!)
      expect(await pusher.pushTicket(wecom.suiteId)).toMatchObject({ ok: true })
      const wanted = Math.min(tickets, 6)
      await until(`call ${wanted}`, () => calls.count({ path }) >= wanted)
      // The next ticket has the time of another second; by then both have heard of this one.
      await Bun.sleep(1100)
      expect(calls.count({ path })).toBe(wanted)
    }
  })
})
