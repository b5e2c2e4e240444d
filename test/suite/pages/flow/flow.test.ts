import { describe, expect, test } from 'bun:test'
import { type LoginFlow, openFlow, sealFlow } from '../../../../src/suite/pages/flow/flow'
import { flowKeysOf } from '../../../../src/suite/pages/flow/flow-keys'
import { longestRedirect } from '../../../../src/suite/pages/flow/redirect-target'

const keys = flowKeysOf(new Uint8Array(32).fill(1))
const flow: LoginFlow = {
  kind: 'login',
  suiteKey: 'crm',
  state: 'S'.repeat(32),
  redirect: 'https://crm.example.com/after?state=theirs',
  base: 'https://gw.example.com',
  way: 'client',
  scope: 'snsapi_base',
  corpid: 'wpCorpA',
  outsiders: false,
  startedOver: false,
}
const sealed = sealFlow(keys, flow)

describe('a sealed flow', () => {
  test('comes back as it went', () => {
    expect(openFlow(keys, sealed)).toEqual(flow)
  })

  test('of an install comes back as it went', () => {
    const { kind: _, way, scope, corpid, outsiders, startedOver, ...common } = flow
    const install = { kind: 'install' as const, ...common, byQr: false }

    expect(openFlow(keys, sealFlow(keys, install))).toEqual(install)
  })

  test('shows nothing of what it holds', () => {
    expect(sealed).toMatch(/^[A-Za-z0-9_-]+$/)
    expect(Buffer.from(sealed, 'base64url').toString('latin1')).not.toContain('wpCorpA')
  })

  test('opens with the longest redirect', () => {
    const redirect = `https://crm.example.com/${'a'.repeat(longestRedirect - 24)}`

    expect(openFlow(keys, sealFlow(keys, { ...flow, redirect }))?.redirect).toBe(redirect)
  })

  test('that is cut, changed, of another service, or too long opens nowhere', () => {
    const others = flowKeysOf(new Uint8Array(32).fill(2))

    expect(openFlow(keys, sealed.slice(0, -1))).toBeNull()
    expect(openFlow(keys, `A${sealed.slice(1)}`)).toBeNull()
    expect(openFlow(others, sealed)).toBeNull()
    expect(openFlow(keys, sealed.repeat(100))).toBeNull()
  })

  test('of a shape that this version doesn’t know opens not', () => {
    expect(openFlow(keys, sealFlow(keys, { ...flow, way: 'phone' } as never))).toBeNull()
  })
})
