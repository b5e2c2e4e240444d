/**
 * Who may pass the listener for SDKs: API keys, where secrets stand, and the handles given for
 * them.
 */
import { type Clock, secondMs } from '../../clock'
import { ServiceError } from '../../errors'
import type { ApiKeyRecord, KeyScope } from '../../store/api-keys'
import type { Store } from '../../store/store'
import type { ApiKeys } from '../../suite/access/api-keys'
import type { Caller } from '../../suite/access/caller'
import { type Handle, handleKeysOf, openHandle, sealHandle } from '../../suite/proxy/handle'
import type { ProxiedToken } from '../../suite/proxy/proxied-path'
import type { SealedTextKeys } from '../../suite/sealed-text'
import type { Access } from '../access/access'
import { SdkRefusal } from './dialect'

/** An API key: the admin token is taken nowhere here. */
export type KeyCaller = Extract<Caller, { kind: 'key' }>

export interface Issued {
  readonly handle: string
  /** For how long it is good: no longer than its key. */
  readonly expiresIn: number
}

export interface SdkDoor {
  /** @throws {ServiceError} unauthorized, too_many_requests; forbidden — it is of no use to SDKs */
  byKey(text: string, request: Request): Promise<KeyCaller>
  /** @throws {ServiceError} 40014, 42001, too_many_requests */
  byHandle(text: string, request: Request): Promise<{ caller: KeyCaller; handle: Handle }>
  issue(key: ApiKeyRecord, token: ProxiedToken): Promise<Issued>
}

/** Any one of them makes a handle worth having. */
const scopesForHandles: readonly KeyScope[] = ['proxy', 'ticket', 'login']

/** As long as WeCom's tokens are good. */
const longestLifeSeconds = 7200

const unknownHandle = () =>
  new SdkRefusal(
    40014,
    'this token is none that was given here, or its API key was revoked: fetch one anew.',
  )

const ended = () => new SdkRefusal(42001, 'this token or its API key has ended: fetch one anew.')

const keyCaller = (caller: Caller): KeyCaller => {
  if (caller.kind === 'key') return caller
  throw new ServiceError('unauthorized', 'The admin token is not taken here.')
}

export const createSdkDoor = (parts: {
  access: Pick<Access, 'authenticateKey' | 'admitById' | 'assertMay'>
  apiKeys: Pick<ApiKeys, 'standingOf'>
  store: Pick<Store, 'serviceSecret'>
  clock: Clock
}): SdkDoor => {
  const { access, apiKeys, store, clock } = parts
  // Derived once: the secret stays as it is once it was made.
  let derived: SealedTextKeys | null = null
  const handleKeys = async () => {
    derived ??= handleKeysOf(await store.serviceSecret())
    return derived
  }

  return {
    async byKey(text, request) {
      const caller = keyCaller(await access.authenticateKey(text, request))
      access.assertMay(caller, { scopes: scopesForHandles, reach: 'later' })
      return caller
    },
    async byHandle(text, request) {
      const opened = openHandle(await handleKeys(), text, clock.now())
      if (!opened.ok) throw opened.reason === 'expired' ? ended() : unknownHandle()
      const { keyId } = opened.value
      try {
        return { caller: keyCaller(await access.admitById(keyId, request)), handle: opened.value }
      } catch (error) {
        if (!(error instanceof ServiceError) || error.code !== 'unauthorized') throw error
        throw (await apiKeys.standingOf(keyId)) === 'ended' ? ended() : unknownHandle()
      }
    },
    async issue({ id, expiresAt }, token) {
      const now = clock.now()
      const endsAt = Math.min(now + longestLifeSeconds * secondMs, expiresAt ?? Infinity)
      const handle = sealHandle(await handleKeys(), { keyId: id, token, expiresAt: endsAt })
      return { handle, expiresIn: Math.floor((endsAt - now) / secondMs) }
    },
  }
}
