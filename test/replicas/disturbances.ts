/** What happens to replicas and their database while they work. */
import { secondMs, systemClock } from '../../src/clock'
import type { Random } from '../../src/retry'
import type { Fleet, Replica } from './fleet'

/** Longer than a life: others take over what a paused replica held. */
export const beyondLifeMs = 14 * secondMs

export interface Disturbance {
  readonly name: string
  /** Comes, lasts, and goes: afterwards all replicas run. */
  happen(): Promise<void>
}

export const createDisturbances = (fleet: Fleet, random: Random): Disturbance[] => {
  const { replicas, server } = fleet
  const one = (): Replica => replicas[Math.floor(random() * replicas.length)]!
  /** Whoever makes the next such call stands still, its answer in the socket, beyond its life. */
  const pausedIn = (work: string, path: string): Disturbance => ({
    name: `a replica is paused in ${work}`,
    async happen() {
      const met = await Promise.race([
        fleet.pausedAtCall(path),
        systemClock.sleep(20 * secondMs).then(() => null),
      ])
      if (met === null) throw new Error(`nobody called ${path}`)
      await systemClock.sleep(beyondLifeMs)
      met.goOn()
      await rest(2 * secondMs)
    },
  })
  const rest = (mostMs: number) => systemClock.sleep(random() * mostMs)
  return [
    {
      name: 'a replica is killed',
      async happen() {
        const replica = one()
        await rest(secondMs)
        await replica.kill()
        await rest(secondMs)
        await replica.start()
      },
    },
    {
      name: 'a replica is paused for longer than its life',
      async happen() {
        const replica = one()
        await rest(secondMs)
        replica.pause()
        await systemClock.sleep(beyondLifeMs)
        replica.goOn()
        await rest(2 * secondMs)
      },
    },
    pausedIn('an exchange', '/cgi-bin/service/v2/get_permanent_code'),
    pausedIn('a renewal', '/cgi-bin/service/get_corp_token'),
    pausedIn('the renewal of the suite’s token', '/cgi-bin/service/get_suite_token'),
    {
      name: 'the database loses its power',
      async happen() {
        await server.stop('immediate')
        await rest(4 * secondMs)
        await server.start()
        await rest(secondMs)
      },
    },
    {
      name: 'a replica is cut off from the database',
      async happen() {
        const { forwarder } = one()
        forwarder.cut(
          (['both ways', 'to the server', 'from the server'] as const)[Math.floor(random() * 3)]!,
        )
        await systemClock.sleep(beyondLifeMs)
        forwarder.heal()
        await rest(2 * secondMs)
      },
    },
  ]
}
