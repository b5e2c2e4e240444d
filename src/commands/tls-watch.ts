/** Certificates are renewed while the service runs: their files are looked at regularly. */
import { statSync } from 'node:fs'
import { minuteMs, systemClock } from '../clock'
import { reasonOf } from '../errors'
import type { Logger } from '../log'
import type { Listener } from './listener'
import type { TlsFiles } from './tls-files'

const lookEveryMs = minuteMs

const stampOf = ({ cert, key }: TlsFiles): string => {
  try {
    return [cert, key].map((path) => statSync(path).mtimeMs).join(' ')
  } catch {
    // In the middle of a renewal a file may be missing: no change until it is there again.
    return ''
  }
}

/** Takes changed files within a minute; returns what ends it. */
export const watchTls = (listener: Listener, files: TlsFiles, log: Logger): (() => void) => {
  const stopping = new AbortController()
  let taken = stampOf(files)

  const look = async () => {
    while (!stopping.signal.aborted) {
      await systemClock.sleep(lookEveryMs, stopping.signal)
      const stamp = stampOf(files)
      if (stamp === taken || stamp === '' || stopping.signal.aborted) continue
      taken = stamp
      takeNewTls(listener, log)
    }
  }
  look()
  return () => stopping.abort()
}

/** Takes the files as they are now; a pair that doesn't fit leaves the old one in place. */
export const takeNewTls = (listener: Listener, log: Logger): void => {
  try {
    listener.reloadTls()
    log.info('a new TLS certificate is in use')
  } catch (error) {
    log.error('the new TLS certificate can’t be used; the old one stays', {
      reason: reasonOf(error),
    })
  }
}
