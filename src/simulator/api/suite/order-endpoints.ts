/** Orders and trials of paid apps, opened by the suite's token. No I/O. */
import { dayMs } from '../../../clock'
import { currentInstallation } from '../../world/installations'
import { orderAnswer, ordersOf } from '../../world/orders'
import { Refusal } from '../../world/refusals'
import { type Endpoints, ok, post, withSuite } from '../call/endpoint'
import { integer, needs, text } from '../call/fields'

export const orderEndpoints: Endpoints = {
  '/cgi-bin/service/get_order': post(
    withSuite(
      needs({ orderid: text() }, ({ orderid }, { world }, { suiteId }) => {
        const order = ordersOf(world, suiteId).find((one) => one.orderid === orderid)
        if (!order) throw new Refusal(40058)
        return { ...ok, ...orderAnswer(order) }
      }),
    ),
  ),

  '/cgi-bin/service/get_order_list': post(
    withSuite(
      needs(
        { start_time: integer(), end_time: integer() },
        ({ start_time, end_time }, { world }, { suiteId }) => {
          const within = ordersOf(world, suiteId).filter(({ installation: { installedAt } }) => {
            return installedAt >= start_time * 1000 && installedAt < (end_time + 1) * 1000
          })
          return { ...ok, order_list: within.map(orderAnswer) }
        },
      ),
    ),
  ),

  '/cgi-bin/service/prolong_try': post(
    withSuite(
      needs(
        { buyer_corpid: text(41002), prolong_days: integer() },
        ({ buyer_corpid, prolong_days }, { world }, { suiteId }) => {
          if (!world.companies.has(buyer_corpid)) throw new Refusal(40013)
          if (!currentInstallation(world, suiteId, buyer_corpid)) throw new Refusal(48004)
          if (prolong_days < 1) throw new Refusal(40058)
          const endsAt = world.clock.now() + prolong_days * dayMs
          return { ...ok, try_end_time: Math.floor(endsAt / 1000) }
        },
      ),
    ),
  ),
}
