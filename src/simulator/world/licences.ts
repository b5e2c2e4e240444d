/** Interface licences (接口许可): orders, and the codes that a paid order brings. No I/O. */
import { dayMs } from '../../clock'
import { randomText } from './random-text'
import { Refusal } from './refusals'
import type { LicenceCode, LicenceOrder, Licences, World } from './world'

export const createLicences = (): Licences => ({
  orders: new Map(),
  codes: new Map(),
  withoutAutoActive: new Set(),
})

const monthDays = 31
const mostAccounts = 10_000
const betweenTransfersMs = 30 * dayMs

type NewOrder = Omit<LicenceOrder, 'orderId' | 'createdAt' | 'status'>

/** @throws {Refusal} 40058 no accounts or too many, or no time */
export const addOrder = (world: World, order: NewOrder): LicenceOrder => {
  const accounts = order.baseCount + order.externalCount
  const isWhole = order.baseCount >= 0 && order.externalCount >= 0 && accounts > 0
  if (!isWhole || accounts > mostAccounts || order.months + order.days < 1) throw new Refusal(40058)
  const orderId = `OI${randomText(world.random, 30)}`
  const added: LicenceOrder = { ...order, orderId, createdAt: world.clock.now(), status: 0 }
  world.licences.orders.set(orderId, added)
  return added
}

/** @throws {Refusal} 40058 no such order */
export const orderNamed = (world: World, orderId: string): LicenceOrder => {
  const order = world.licences.orders.get(orderId)
  if (!order) throw new Refusal(40058)
  return order
}

/** Pays for an order, which makes its codes. Throws 40058 unless it is unpaid. */
export const payOrder = (world: World, order: LicenceOrder): void => {
  if (order.status !== 0) throw new Refusal(40058)
  order.status = 1
  const lifeMs = (order.months * monthDays + order.days) * dayMs
  for (let made = 0; made < order.baseCount + order.externalCount; made++) {
    const activeCode = `LA${randomText(world.random, 30)}`
    world.licences.codes.set(activeCode, {
      activeCode,
      orderId: order.orderId,
      type: made < order.baseCount ? 1 : 2,
      lifeMs,
      corpid: order.corpid,
      userid: null,
      activatedAt: null,
      transferredAt: null,
    })
  }
}

/** @throws {Refusal} 40058 no such code of this company's */
export const codeNamed = (world: World, corpid: string, activeCode: string): LicenceCode => {
  const code = world.licences.codes.get(activeCode)
  if (code?.corpid !== corpid) throw new Refusal(40058)
  return code
}

export const codesOf = (world: World, corpid: string): readonly LicenceCode[] =>
  [...world.licences.codes.values()].filter((code) => code.corpid === corpid)

/** Gives a code to a member. Throws 60111 nobody, 40058 the code is another's. */
export const activate = (world: World, code: LicenceCode, userid: string): void => {
  const company = world.companies.get(code.corpid)
  if (!company?.members.some((member) => member.userid === userid)) throw new Refusal(60111)
  if (code.userid !== null && code.userid !== userid) throw new Refusal(40058)
  code.userid = userid
  code.activatedAt ??= world.clock.now()
}

/** Hands a member's codes to another. Throws 60111 nobody, 40058 none to give or too soon. */
export const transfer = (world: World, corpid: string, from: string, to: string): void => {
  const now = world.clock.now()
  const members = world.companies.get(corpid)?.members ?? []
  if (!members.some(({ userid }) => userid === to)) throw new Refusal(60111)
  const codes = codesOf(world, corpid).filter(({ userid }) => userid === from)
  const tooSoon = codes.some((code) => now - (code.transferredAt ?? -Infinity) < betweenTransfersMs)
  if (codes.length === 0 || tooSoon) throw new Refusal(40058)
  for (const code of codes) {
    code.userid = to
    code.transferredAt = now
  }
}

const seconds = (ms: number) => Math.floor(ms / 1000)

/** A code in WeCom's field names. */
export const codeAnswer = (code: LicenceCode): Record<string, unknown> => ({
  active_code: code.activeCode,
  type: code.type,
  status: code.userid === null ? 1 : 2,
  ...(code.userid !== null && { userid: code.userid }),
  ...(code.activatedAt !== null && {
    active_time: seconds(code.activatedAt),
    expire_time: seconds(code.activatedAt + code.lifeMs),
  }),
})

/** An order in WeCom's field names. */
export const licenceOrderAnswer = (order: LicenceOrder): Record<string, unknown> => ({
  order_id: order.orderId,
  order_type: order.type,
  order_status: order.status,
  corpid: order.corpid,
  price: 0,
  account_count: { base_count: order.baseCount, external_contact_count: order.externalCount },
  account_duration: { months: order.months, days: order.days },
  create_time: seconds(order.createdAt),
  pay_time: order.status === 1 ? seconds(order.createdAt) : 0,
})
