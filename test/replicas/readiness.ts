/** Whether replicas work, seen from outside. */
import { minuteMs } from '../../src/clock'
import { adminToken } from '../binary/suited'
import { until } from '../binary/until'
import type { Replica } from './fleet'

/** Whoever has a wrong clock calls itself not ready, and works: it reads what all share. */
const works = async ({ suited, machineClock }: Replica): Promise<boolean> => {
  const isOff = Math.abs(machineClock?.aheadMs ?? 0) > minuteMs
  const ask = (path: string) =>
    fetch(`${suited.url}${path}`, { headers: { authorization: `Bearer ${adminToken}` } })
  const [ready, status] = await Promise.all([ask('/readyz'), ask('/api/status')])
  return status.status === 200 && ready.status === (isOff ? 503 : 200)
}

export const allWork = (replicas: readonly Replica[]): Promise<boolean> =>
  until('all replicas to work', async () => {
    const all = await Promise.all(replicas.map((replica) => works(replica).catch(() => false)))
    return all.every((one) => one)
  })
