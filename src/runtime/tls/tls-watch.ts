/** The watch over the certificate's files, which are renewed while the service runs. */
import { statSync } from 'node:fs'
import { minuteMs, systemClock } from '../../clock'
import { reasonOf } from '../../errors'
import type { Logger } from '../../log'
import { readTlsFiles, type TlsFiles } from './tls-files'
import type { TlsState } from './tls-state'

const checkEveryMs = minuteMs

export interface WatchedTls {
  /** Takes the files as they are now; throws if they can't be used. */
  readonly listener: { reloadTls(): void }
  readonly files: TlsFiles
  readonly state: TlsState
  readonly log: Logger
}

const stampOf = ({ cert, key }: TlsFiles): string => {
  try {
    return [cert, key].map((path) => statSync(path).mtimeMs).join(' ')
  } catch {
    // In the middle of a renewal a file may be missing: no change until it is there again.
    return ''
  }
}

/** Why the files can't be used as they are; null if they can. */
const problemOf = (files: TlsFiles): string | null => {
  try {
    readTlsFiles(files)
    return null
  } catch (error) {
    return reasonOf(error)
  }
}

/** Takes changed files within a minute; returns what ends it. */
export const watchTls = (watched: WatchedTls): (() => void) => {
  const { files, state, log } = watched
  const stopping = new AbortController()
  let taken = stampOf(files)
  let missing = 0

  const checkOnce = () => {
    const stamp = stampOf(files)
    missing = stamp === '' ? missing + 1 : 0
    if (missing > 1) {
      // What a renewal replaces is there again within a minute.
      const problem = problemOf(files)
      if (problem !== null) state.fail(problem)
      taken = ''
    } else if (stamp !== taken && stamp !== '') {
      taken = stamp
      reloadTlsFiles(watched)
    }
    state.logNew(log)
  }

  const watch = async () => {
    while (!stopping.signal.aborted) {
      await systemClock.sleep(checkEveryMs, stopping.signal)
      if (!stopping.signal.aborted) checkOnce()
    }
  }
  state.logNew(log)
  watch()
  return () => stopping.abort()
}

/** Takes the files as they are now; a pair that doesn't fit leaves the old one in place. */
export const reloadTlsFiles = ({ listener, files, state, log }: WatchedTls): void => {
  try {
    listener.reloadTls()
    state.use(readTlsFiles(files).cert)
    log.info('a new TLS certificate is in use')
  } catch (error) {
    const reason = reasonOf(error)
    state.fail(reason)
    log.error('the new TLS certificate can’t be used; the old one stays', { reason })
  }
}
