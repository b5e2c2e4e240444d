/** Buying interface licences: orders, jobs that lead to orders, and payment. No I/O. */

import { addJob, jobNamed } from '../../world/jobs'
import {
  addOrder,
  codeAnswer,
  licenceOrderAnswer,
  orderNamed,
  payOrder,
} from '../../world/licences'
import { Refusal } from '../../world/refusals'
import type { LicenceOrder, World } from '../../world/world'
import { type Endpoints, ok, post, withProvider } from '../call/endpoint'
import { integer, integerIn, needs, object, objects, optional, text, textIn } from '../call/fields'

type Fields = Readonly<Record<string, unknown>>

const numberIn = (fields: Fields, name: string): number =>
  fields[name] === undefined ? 0 : integerIn(fields, name, 40058)

const sizeOf = (count: Fields, duration: Fields) => ({
  baseCount: numberIn(count, 'base_count'),
  externalCount: numberIn(count, 'external_contact_count'),
  months: numberIn(duration, 'months'),
  days: numberIn(duration, 'days'),
})

const requireCompany = (world: World, corpid: string): void => {
  if (!world.companies.has(corpid)) throw new Refusal(40013)
}

/** What a job keeps until it is submitted. */
interface Basket {
  readonly corpid: string
  readonly accounts: number
}

const basketOf = (world: World, jobid: string): Basket =>
  jobNamed(world, null, jobid) as unknown as Basket

const ordered = ({ orderId }: LicenceOrder) => ({ ...ok, order_id: orderId })

export const licenceOrderEndpoints: Endpoints = {
  '/cgi-bin/license/create_new_order': post(
    withProvider(
      needs(
        {
          corpid: text(41002),
          buyer_userid: text(),
          account_count: object(),
          account_duration: object(),
        },
        ({ corpid, buyer_userid, account_count, account_duration }, { world }) => {
          requireCompany(world, corpid)
          const size = sizeOf(account_count, account_duration)
          return ordered(addOrder(world, { ...size, corpid, buyerUserid: buyer_userid, type: 1 }))
        },
      ),
    ),
  ),

  '/cgi-bin/license/create_renew_order_job': post(
    withProvider(
      needs(
        { corpid: text(41002), account_list: objects(1000) },
        ({ corpid, account_list }, { world }) => {
          requireCompany(world, corpid)
          const jobid = addJob(world, null, { corpid, accounts: account_list.length })
          return { ...ok, jobid, invalid_account_list: [] }
        },
      ),
    ),
  ),

  '/cgi-bin/license/submit_order_job': post(
    withProvider(
      needs(
        { jobid: text(), buyer_userid: text(), account_duration: object() },
        ({ jobid, buyer_userid, account_duration }, { world }) => {
          const { corpid, accounts } = basketOf(world, jobid)
          const size = sizeOf({ base_count: accounts }, account_duration)
          return ordered(addOrder(world, { ...size, corpid, buyerUserid: buyer_userid, type: 2 }))
        },
      ),
    ),
  ),

  /** The whole order goes to the first company of the list. */
  '/cgi-bin/license/create_new_order_job': post(
    withProvider(
      needs({ buy_list: objects(200) }, ({ buy_list }, { world }) => {
        const corpids = buy_list.map((one) => textIn(one, 'corpid', 41002))
        for (const one of corpids) requireCompany(world, one)
        const job = { corpid: corpids[0], accounts: buy_list.length, status: 2 }
        return { ...ok, jobid: addJob(world, null, job), invalid_list: [] }
      }),
    ),
  ),

  '/cgi-bin/license/submit_new_order_job': post(
    withProvider(
      needs({ jobid: text(), buyer_userid: text() }, ({ jobid, buyer_userid }, { world }) => {
        const { corpid, accounts } = basketOf(world, jobid)
        const size = sizeOf({ base_count: accounts }, { months: 1 })
        const order = addOrder(world, { ...size, corpid, buyerUserid: buyer_userid, type: 1 })
        world.jobs.set(jobid, { corpid: null, result: { status: 2, order_id: order.orderId } })
        return ok
      }),
    ),
  ),

  '/cgi-bin/license/new_order_job_result': post(
    withProvider(
      needs({ jobid: text() }, ({ jobid }, { world }) => {
        const { status, order_id } = jobNamed(world, null, jobid)
        return { ...ok, status, order_id: order_id ?? '' }
      }),
    ),
  ),

  '/cgi-bin/license/submit_pay_job': post(
    withProvider(
      needs({ order_id: text(), buyer_userid: text() }, ({ order_id }, { world }) => {
        payOrder(world, orderNamed(world, order_id))
        return { ...ok, jobid: addJob(world, null, { status: 1 }) }
      }),
    ),
  ),

  '/cgi-bin/license/pay_job_result': post(
    withProvider(
      needs({ jobid: text() }, ({ jobid }, { world }) => ({
        ...ok,
        status: jobNamed(world, null, jobid).status,
      })),
    ),
  ),

  '/cgi-bin/license/list_order': post(
    withProvider(
      needs({ corpid: optional(text()) }, ({ corpid }, { world }) => ({
        ...ok,
        next_cursor: '',
        has_more: 0,
        order_list: [...world.licences.orders.values()]
          .filter((order) => corpid === null || order.corpid === corpid)
          .map(({ orderId, type }) => ({ order_id: orderId, order_type: type })),
      })),
    ),
  ),

  '/cgi-bin/license/get_order': post(
    withProvider(
      needs({ order_id: text() }, ({ order_id }, { world }) => ({
        ...ok,
        order: licenceOrderAnswer(orderNamed(world, order_id)),
      })),
    ),
  ),

  '/cgi-bin/license/get_union_order': post(
    withProvider(
      needs({ order_id: text() }, ({ order_id }, { world }) => {
        const order = licenceOrderAnswer(orderNamed(world, order_id))
        return { ...ok, order, has_more: 0, next_cursor: '', buy_list: [order] }
      }),
    ),
  ),

  '/cgi-bin/license/list_order_account': post(
    withProvider(
      needs({ order_id: text(), limit: optional(integer()) }, ({ order_id, limit }, { world }) => {
        const { orderId } = orderNamed(world, order_id)
        const codes = [...world.licences.codes.values()].filter((one) => one.orderId === orderId)
        return {
          ...ok,
          next_cursor: '',
          has_more: 0,
          account_list: codes.slice(0, limit ?? 500).map(codeAnswer),
        }
      }),
    ),
  ),

  '/cgi-bin/license/cancel_order': post(
    withProvider(
      needs({ corpid: text(41002), order_id: text() }, ({ corpid, order_id }, { world }) => {
        const order = orderNamed(world, order_id)
        if (order.corpid !== corpid || order.status !== 0) throw new Refusal(40058)
        order.status = 2
        return ok
      }),
    ),
  ),
}
