/** Chromium as the tests of pages start it. */
import { existsSync } from 'node:fs'

export const findChromium = (): string | null => {
  const path = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium'
  return existsSync(path) ? path : null
}

/**
 * No sandbox, for it wants rights that containers don't give; nothing that asks for the network.
 */
export const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]
