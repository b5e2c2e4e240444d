/** The replays beside the memory event log. */

import type { Lifecycle } from '../driver/lifecycle'
import type { Moving } from '../driver/moving'
import type { Replay, Replays } from '../replays'
import {
  addDelivery,
  deliveriesTo,
  findDelivery,
  isPending,
  removeDelivery,
  renewDelivery,
} from './delivery-entries'
import { findEntry, type MemoryEventLogData } from './event-log-data'

export const createMemoryReplays = (
  data: MemoryEventLogData,
  run: Lifecycle['run'],
): Replays & Pick<Moving, 'listKeptReplays' | 'addKeptReplays'> => {
  const { replays } = data.outgoing

  const unsent = ({ id, endpoint }: Replay) =>
    deliveriesTo(data, endpoint).filter(
      (found) => isPending(found) && found.delivery.replay?.id === id,
    )

  const shown = (replay: Replay | undefined): Replay | null =>
    replay && replay.status === 'running'
      ? { ...replay, sent: replay.total - unsent(replay).length }
      : (replay ?? null)

  /** Puts back what it put on its way and nobody has taken yet. */
  const putBack = (replay: Replay, now: number) => {
    for (const found of unsent(replay)) {
      const { delivery } = found
      if (delivery.leaseUntil > now) continue
      const before = delivery.replay?.before ?? null
      if (before === null) removeDelivery(found)
      else delivery.record = { ...delivery.record, status: before, nextAttemptAt: null }
    }
  }

  return {
    startReplay: (replay) =>
      run(() => {
        replays.set(replay.id, {
          ...replay,
          status: 'running',
          searchedTo: null,
          searched: false,
          total: 0,
          sent: 0,
          endedAt: null,
        })
      }),

    getReplay: (id) => run(() => shown(replays.get(id))),

    listRunningReplays: () =>
      run(() =>
        [...replays.values()]
          .filter(({ status }) => status === 'running')
          .flatMap((replay) => {
            return shown(replay) ?? []
          }),
      ),

    continueReplay: ({ id, from, searchedTo, searched, found, now }) =>
      run(() => {
        const replay = replays.get(id)
        if (replay?.status !== 'running' || replay.searched || replay.searchedTo !== from) return
        let added = 0
        for (const { id: eventId, body, endpoints } of found) {
          const entry = findEntry(data, eventId)
          const endpoint = endpoints.find(({ name }) => name === replay.endpoint)
          if (!entry || !endpoint) continue
          entry.record = { ...entry.record, outgoing: entry.record.outgoing ?? body }
          const there = findDelivery(entry, endpoint.name)
          const status = there?.delivery.record.status ?? null
          if (status === 'pending' || (status === 'done' && !replay.query.all)) continue
          added += 1
          if (there) {
            const { ordered } = endpoint
            renewDelivery(data, there, now, { id, before: status, ordered })
          } else {
            const record = {
              endpoint: endpoint.name,
              status: 'pending',
              attempts: 0,
              step: 0,
              ordered: endpoint.ordered,
              dispatchedAt: entry.record.receivedAt,
              nextAttemptAt: Math.min(entry.record.receivedAt, endpoint.dueAt),
              lastError: null,
            } as const
            addDelivery(data, entry, record, { id, before: null })
          }
        }
        replays.set(id, { ...replay, searchedTo, searched, total: replay.total + added })
      }),

    endReplay: (id, status, at) =>
      run(() => {
        const running = shown(replays.get(id))
        if (running?.status !== 'running') return running
        const ended: Replay = { ...running, status, endedAt: at }
        replays.set(id, ended)
        if (status === 'cancelled') putBack(running, at)
        return ended
      }),

    listKeptReplays: () => run(() => [...replays.values()].flatMap((one) => shown(one) ?? [])),
    addKeptReplays: (kept) =>
      run(() => {
        for (const replay of kept) replays.set(replay.id, replay)
      }),
  }
}
