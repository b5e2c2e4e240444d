/**
 * Chromium as the tests of pages start it: without its window where that is installed, for the
 * window, which nobody sees, costs more than most pages.
 */
import { existsSync } from 'node:fs'

const places = [
  process.env.CHROMIUM_PATH,
  '/usr/bin/chromium-headless-shell',
  '/usr/bin/chromium',
].filter((path) => path !== undefined)

export const findChromium = (): string | null => places.find((path) => existsSync(path)) ?? null

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
