/**
 * A way to a server on this machine that a test can cut. What is cut drops without closing, as a
 * network does that lost its route.
 */
import { connect, createServer, type Socket } from 'node:net'

type Direction = 'to the server' | 'from the server'

/** Which direction nothing goes through any more. */
export type Cut = Direction | 'both ways'

export interface Forwarder {
  readonly port: number
  /** From now on what comes is dropped, on connections that stand too. */
  cut(which: Cut): void
  /** What comes goes through again. */
  heal(): void
  /** Cuts the connections that stand, for good; new ones are forwarded. */
  cutStanding(which: Cut): void
  /**
   * Keeps back what is sent to the server on a connection, from the next bytes on that have this
   * text in them. Resolves once it has those, with what sends them on.
   */
  keepBackFrom(text: string): Promise<() => void>
  /** New connections go to another server from now on; those to the one before end. */
  redirect(target: number): void
  close(): void
}

/** A connection that goes through. */
interface Passage {
  readonly near: Socket
  readonly far: Socket
  cut: Cut | null
  /** What is kept back; null: nothing is. */
  kept: Buffer[] | null
}

/** @param target the port of the server */
export const openForwarder = async (target: number): Promise<Forwarder> => {
  const passages = new Set<Passage>()
  let cutForAll: Cut | null = null
  let leadsTo = target
  let awaited: { readonly text: string; meet(sendOn: () => void): void } | null = null

  const isCut = (passage: Passage, direction: Direction): boolean =>
    [cutForAll, passage.cut].some((cut) => cut === 'both ways' || cut === direction)

  const keepBack = (passage: Passage) => {
    passage.kept = []
    awaited?.meet(() => {
      for (const bytes of passage.kept ?? []) passage.far.write(bytes)
      passage.kept = null
    })
    awaited = null
  }

  const server = createServer((near) => {
    const far = connect(leadsTo, '127.0.0.1')
    const passage: Passage = { near, far, cut: null, kept: null }
    passages.add(passage)
    for (const socket of [near, far]) socket.on('error', () => undefined)
    near.on('data', (bytes: Buffer) => {
      if (isCut(passage, 'to the server')) return
      if (awaited && bytes.includes(awaited.text)) keepBack(passage)
      if (passage.kept) passage.kept.push(bytes)
      else far.write(bytes)
    })
    far.on('data', (bytes) => {
      if (!isCut(passage, 'from the server')) near.write(bytes)
    })
    near.on('close', () => {
      far.destroy()
      passages.delete(passage)
    })
    far.on('close', () => {
      if (cutForAll === null && passage.cut === null) near.destroy()
    })
  })
  const endPassages = () => {
    for (const { near, far } of passages) {
      near.destroy()
      far.destroy()
    }
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    cut(which) {
      cutForAll = which
    },
    heal() {
      cutForAll = null
    },
    cutStanding(which) {
      for (const passage of passages) passage.cut = which
    },
    keepBackFrom: (text) =>
      new Promise((meet) => {
        awaited = { text, meet }
      }),
    redirect(next) {
      leadsTo = next
      endPassages()
    },
    close() {
      server.close()
      endPassages()
    },
  }
}
