/** The service's own secret in the memory store. */
import type { Lifecycle } from '../driver/lifecycle'
import { type ServiceSecrets, serviceSecretBytes } from '../service-secret'

/** @param freshBytes fresh unpredictable bytes */
export const createMemoryServiceSecret = (
  data: { secret: Uint8Array | null },
  freshBytes: (count: number) => Uint8Array,
  run: Lifecycle['run'],
): ServiceSecrets => ({
  serviceSecret: () =>
    run(() => {
      data.secret ??= freshBytes(serviceSecretBytes)
      return data.secret.slice()
    }),

  loadServiceSecret: () => run(() => data.secret?.slice() ?? null),

  restoreServiceSecret: (secret) =>
    run(() => {
      if (data.secret)
        return data.secret.every((byte, i) => byte === secret[i]) ? 'same' : 'other_kept'
      data.secret = secret.slice()
      return 'restored'
    }),
})
