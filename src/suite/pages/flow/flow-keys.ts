/** The keys of flows that leave for WeCom's pages and come back, from the service's own secret. */
import { hkdfSync } from 'node:crypto'
import { type SealedTextKeys, sealedTextKeys } from '../../sealed-text'

export interface FlowKeys {
  /** Seal what a flow has to remember, which travels in its return address. */
  readonly flows: SealedTextKeys
  /** Signs states, so that a forged one differs from a missing one. */
  readonly states: Uint8Array
  /** Signs cookies, which bind a flow to the browser that began it. */
  readonly cookies: Uint8Array
}

const keyBytes = 32

/** @param secret `Store.serviceSecret()`: the same for all replicas, and after a restart */
export const flowKeysOf = (secret: Uint8Array): FlowKeys => {
  const derive = (purpose: string) =>
    new Uint8Array(hkdfSync('sha256', secret, '', purpose, keyBytes))
  return {
    flows: sealedTextKeys(secret, 'flow'),
    states: derive('flow state'),
    cookies: derive('flow cookie'),
  }
}
