/** Connections to one database: another one is made where all that there are have work. */
import type { SQL } from 'bun'
import { openClient } from './client'

export interface Connections {
  /** One that has no work, the one used last before others; until it is given back. */
  take(): SQL
  giveBack(connection: SQL): void
  /** Those with work have so many seconds to end it. */
  close(withinSeconds: number): Promise<void>
}

/** @param onMade is called once for each, when the server has taken it */
export const openConnections = (url: string, onMade: () => void): Connections => {
  const all: SQL[] = []
  const idle: SQL[] = []
  const open = (): SQL => {
    let isMade = false
    const connection = openClient(url, {
      onConnect() {
        if (!isMade) onMade()
        isMade = true
      },
    })
    all.push(connection)
    return connection
  }
  return {
    take: () => idle.pop() ?? open(),
    giveBack(connection) {
      idle.push(connection)
    },
    async close(withinSeconds) {
      await Promise.allSettled(all.map((one) => one.close({ timeout: withinSeconds })))
    },
  }
}
