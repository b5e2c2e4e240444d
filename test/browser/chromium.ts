/**
 * Chromium as the tests of pages start it: without its window where that is installed, for the
 * window, which nobody sees, costs more than most pages.
 */
import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'

const places = [
  process.env.CHROMIUM_PATH,
  '/usr/bin/chromium-headless-shell',
  '/usr/bin/chromium',
].filter((path) => path !== undefined)

export const findChromium = (): string | null => places.find((path) => existsSync(path)) ?? null

/**
 * No sandbox, for it wants rights that containers don't give; nothing that asks for the network.
 */
const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

let started: Promise<Browser> | null = null

/**
 * The browser of this process, which ends with it: a start costs more than most files' pages. Each
 * file has contexts of its own, which share nothing, and closes them.
 */
export const startChromium = (executablePath: string): Promise<Browser> => {
  started ??= chromium.launch({ executablePath, headless: true, args: flags })
  return started
}
