/**
 * What a flow has to remember while the browser is at WeCom: sealed into its return address, so
 * that nothing is written for a flow that nobody finishes. Pure.
 */
import { type Static, Type } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import { openText, sealText } from '../../sealed-text'
import type { FlowKeys } from './flow-keys'

const MaybeText = Type.Union([Type.String(), Type.Null()])

const common = {
  /** The operator's name of the suite. */
  suiteKey: Type.String(),
  /** The state that goes with it, and no other. */
  state: Type.String(),
  /** Where the browser goes on to; null for a page of ours. */
  redirect: MaybeText,
  /** The address of ours at which it comes back, and whose cookie it has; no slash at its end. */
  base: Type.String(),
  /** The language that its link asked for; left out where that is the browser's affair. */
  lang: Type.Optional(Type.String()),
}

export const loginWays = ['client', 'web'] as const
export const loginScopes = ['snsapi_base', 'snsapi_privateinfo'] as const

/** How a member logs in: inside WeCom's client, or on WeCom's page in any browser. */
export type LoginWay = (typeof loginWays)[number]
export type LoginScope = (typeof loginScopes)[number]

export const LoginFlow = Type.Object({
  kind: Type.Literal('login'),
  ...common,
  way: Type.Union(loginWays.map((way) => Type.Literal(way))),
  scope: Type.Union(loginScopes.map((scope) => Type.Literal(scope))),
  /** The company that is expected; null for any. */
  corpid: MaybeText,
  /** Whether somebody who is no member is let through. */
  outsiders: Type.Boolean(),
  /** Whether it has started over already, since the cookie was lost. */
  startedOver: Type.Boolean(),
})
export type LoginFlow = Static<typeof LoginFlow>

export const InstallFlow = Type.Object({
  kind: Type.Literal('install'),
  ...common,
  /** Whether an administrator scans a QR code: a customised app's. */
  byQr: Type.Boolean(),
})
export type InstallFlow = Static<typeof InstallFlow>

export type Flow = LoginFlow | InstallFlow

const AnyFlow = Type.Union([LoginFlow, InstallFlow])

/** The longest that is opened: a redirect of 2,048 characters, sealed, with room to spare. */
const longestSealed = 8192

/** The flow as it stands in its return address. */
export const sealFlow = (keys: FlowKeys, flow: Flow): string =>
  sealText(keys.flows, JSON.stringify(flow))

/** The flow; null if it is forged, cut, or of another service. */
export const openFlow = (keys: FlowKeys, sealed: string): Flow | null => {
  const text = sealed.length > longestSealed ? null : openText(keys.flows, sealed)
  if (text === null) return null
  const flow: unknown = JSON.parse(text)
  // A replica of another version may have sealed it.
  return Value.Check(AnyFlow, flow) ? flow : null
}
