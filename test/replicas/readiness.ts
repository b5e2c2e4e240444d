/** Whether replicas work, seen from outside. */
import { minuteMs } from '../../src/clock'
import { adminToken } from '../binary/suited'
import { until } from '../binary/until'
import type { Replica } from './fleet'

const isOff = ({ machineClock }: Replica): boolean =>
  Math.abs(machineClock?.aheadMs ?? 0) > minuteMs

/** @param standsBack it calls itself not ready, and works: it reads what all share */
const works = async ({ suited }: Replica, standsBack: boolean): Promise<boolean> => {
  const ask = (path: string) =>
    fetch(`${suited.url}${path}`, { headers: { authorization: `Bearer ${adminToken}` } })
  const [ready, status] = await Promise.all([ask('/readyz'), ask('/api/status')])
  return status.status === 200 && ready.status === (standsBack ? 503 : 200)
}

export const allWork = (replicas: readonly Replica[]): Promise<boolean> =>
  until('all replicas to work', async () => {
    const oneIsRight = replicas.some((replica) => !isOff(replica))
    const all = await Promise.all(
      replicas.map((replica) => works(replica, oneIsRight && isOff(replica)).catch(() => false)),
    )
    return all.every((one) => one)
  })
