/** The orders of paid apps: every install is one. Pure but for its hash. */
import { createHash } from 'node:crypto'
import { dayMs } from '../../clock'
import type { Installation, World } from './world'

const yearSeconds = (365 * dayMs) / 1000

export interface AppOrder {
  readonly orderid: string
  readonly installation: Installation
}

const orderidOf = ({ suiteId, corpid, installedAt }: Installation): string =>
  createHash('sha256').update(`${suiteId}/${corpid}/${installedAt}`).digest('hex').slice(0, 24)

/** The orders of one suite, oldest first. */
export const ordersOf = (world: World, suiteId: string): readonly AppOrder[] =>
  [...world.installations.values()]
    .flat()
    .filter((installation) => installation.suiteId === suiteId)
    .map((installation) => ({ orderid: orderidOf(installation), installation }))
    .toSorted((a, b) => a.installation.installedAt - b.installation.installedAt)

/** An order in WeCom's field names. */
export const orderAnswer = ({ orderid, installation }: AppOrder): Record<string, unknown> => {
  const seconds = Math.floor(installation.installedAt / 1000)
  return {
    orderid,
    order_status: 1,
    order_type: 0,
    paid_corpid: installation.corpid,
    operator_id: installation.userid ?? '',
    suiteid: installation.suiteId,
    edition_id: 'edition1',
    edition_name: '标准版',
    price: 0,
    user_count: 200,
    order_period: 365,
    order_time: seconds,
    paid_time: seconds,
    begin_time: seconds,
    end_time: seconds + yearSeconds,
    order_from: 0,
  }
}
