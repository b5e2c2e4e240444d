/**
 * The database over a pool of connections: a deadline for each call, a new pool for one that is
 * mute, or whose sessions may have settings that are no longer true.
 */
import type { SQL } from 'bun'
import { type Clock, secondMs } from '../../../clock'
import type { Random } from '../../../retry'
import { hostAndPort } from '../../../store-address'
import { runStatement, statementTimeoutMs } from './client'
import { type Connections, openConnections } from './connections'
import type { CallOptions, Database, Query } from './database'
import {
  asDatabaseFailure,
  databaseAway,
  isUnconnected,
  mayBeOfItsSession,
  mayRunAgain,
} from './failure'
import { createHostCheck } from './host-check'
import { listenOn } from './listener'
import { createTurns } from './turns'

export interface PoolParts {
  readonly url: string
  /** Connections at most. */
  readonly connections: number
  readonly clock: Pick<Clock, 'sleep' | 'alarm'>
  readonly random: Random
}

const defaultWithinMs = 5 * secondMs

/** Whoever can't wait as long goes first: a push that WeCom waits for, a replica's life. */
const isUrgent = (withinMs: number) => withinMs < defaultWithinMs

/**
 * A statement that the server got is answered before, well or badly: one that is not runs on a
 * connection that is dead.
 */
const muteAfterMs = statementTimeoutMs + 2 * secondMs

/** What was begun on a pool that is replaced may end on those of its connections that live. */
const drainSeconds = statementTimeoutMs / secondMs

/** What may lie in its sessions has a pool replaced so often at most: mostly it doesn't. */
const renewAtMostEveryMs = secondMs

const mostTries = 3
const mostWaiting = 2000

/** Work on one connection; `isLate` tells whether its caller has given up. */
type Work<T> = (client: SQL, isLate: () => boolean) => Promise<T>

/**
 * A pool of connections, of which none is made before it is needed. One is made at a time: who
 * comes meanwhile has it, or one whose work ended sooner.
 */
export const openPool = ({ url, connections, clock, random }: PoolParts): Database => {
  const at = hostAndPort(url)
  const turns = createTurns(connections)
  const unresolved = createHostCheck(url)
  const listeners = new Set<() => Promise<void>>()
  let current = openConnections(url, turns.allowMore)
  let closed = false

  const replace = (old: Connections) => {
    if (current !== old || closed) return
    current = openConnections(url, turns.allowMore)
    void old.close(drainSeconds)
  }

  let endRest: (() => void) | null = null
  /** What one session says, all that are as old may say, and for ever. */
  const renewSessions = (old: Connections) => {
    if (endRest || current !== old || closed) return
    replace(old)
    endRest = clock.alarm(renewAtMostEveryMs, () => {
      endRest = null
    })
  }

  /** Watches longer than its caller waits: who is late there may yet be answered. */
  const begin = async <T>(work: Work<T>, withinMs: number, signal: AbortSignal): Promise<T> => {
    const endTurn = await turns.take(signal, isUrgent(withinMs))
    const from = current
    const connection = from.take()
    const endWatch = clock.alarm(Math.max(withinMs, muteAfterMs), () => {
      replace(from)
      endTurn()
    })
    try {
      return await work(connection, () => signal.aborted)
    } catch (error) {
      if (mayBeOfItsSession(error)) renewSessions(from)
      throw error
    } finally {
      endWatch()
      from.giveBack(connection)
      endTurn()
    }
  }

  const beginAgain = async <T>(
    work: Work<T>,
    withinMs: number,
    signal: AbortSignal,
  ): Promise<T> => {
    for (let tries = 1; ; tries++) {
      try {
        return await begin(work, withinMs, signal)
      } catch (error) {
        if (signal.aborted) throw error
        if (isUnconnected(error)) throw (await unresolved()) ?? error
        if (tries >= mostTries || !mayRunAgain(error)) throw error
        await clock.sleep(random() * 20 * tries)
      }
    }
  }

  const call = async <T>(work: Work<T>, withinMs: number): Promise<T> => {
    if (closed) throw databaseAway('is closed')
    if (turns.waiting(isUrgent(withinMs)) >= mostWaiting) throw databaseAway('has too much to do')
    const caller = new AbortController()
    const late = Promise.withResolvers<never>()
    const endDeadline = clock.alarm(withinMs, () => {
      const failure = databaseAway(`did not answer within ${withinMs} ms`)
      caller.abort(failure)
      late.reject(failure)
    })
    try {
      return await Promise.race([beginAgain(work, withinMs, caller.signal), late.promise])
    } catch (error) {
      throw asDatabaseFailure(error, at)
    } finally {
      endDeadline()
    }
  }

  /** As one transaction; the server's own time-out is as long as that of the caller. */
  const inTransaction =
    <T>(work: (query: Query) => Promise<T>, withinMs: number): Work<T> =>
    (on, isLate) =>
      on.begin(async (transaction) => {
        if (withinMs > muteAfterMs) {
          await transaction.unsafe(`SET LOCAL statement_timeout = ${Math.round(withinMs)}`)
        }
        return work(async (text, values = []) => {
          if (isLate()) throw databaseAway('did not answer in time')
          return runStatement(transaction, text, values)
        })
      }) as Promise<T>

  const query: Query = (text, values = [], { withinMs = defaultWithinMs } = {}) => {
    const run: Work<never[]> = (on) => runStatement(on, text, values)
    const isLong = withinMs > muteAfterMs
    return call(isLong ? inTransaction((within) => within(text, values), withinMs) : run, withinMs)
  }

  return {
    query,
    transaction: (work, { withinMs = defaultWithinMs }: CallOptions = {}) =>
      call(inTransaction(work, withinMs), withinMs),
    async listen(channel, heard) {
      if (closed) throw databaseAway('is closed')
      const listener = { url, channel, clock, random, withinMs: defaultWithinMs, heard }
      const end = await listenOn(listener)
      const endOnce = async () => {
        if (listeners.delete(endOnce)) await end()
      }
      listeners.add(endOnce)
      return endOnce
    },
    async close() {
      closed = true
      endRest?.()
      await Promise.all([...listeners].map((end) => end()))
      await current.close(1)
    },
  }
}
