/** The settings of each command: what it reads, what it has flags for, what its help lists. */
import { type SettingName, settingNames } from '../../config/settings'
import type { Part } from '../../config/used-settings'

const address = [
  'SUITED_HOST',
  'SUITED_PORT',
  'SUITED_ADMIN_HOST',
  'SUITED_ADMIN_PORT',
  'SUITED_TLS_CERT',
] as const satisfies readonly SettingName[]

/** For asking the running service as an operator. */
const asking = [...address, 'SUITED_ADMIN_TOKEN'] as const

/** For the state itself, wherever it is kept. */
const state = [
  'SUITED_DATA_DIR',
  'SUITED_STORE',
  'SUITED_ENCRYPTION_KEY',
  'SUITED_PREVIOUS_ENCRYPTION_KEY',
] as const satisfies readonly SettingName[]

/** For asking with a key that may read events alone. */
const askingForEvents = [...asking, 'SUITED_KEY'] as const

/** Where no service runs, the folder itself is read. */
const readingEvents: Part = {
  names: [...state, ...askingForEvents, 'WECOM_SUITE_ID'],
  suites: true,
}

const parts = {
  status: { names: asking, suites: false },
  events: { names: askingForEvents, suites: false },
  'events list': readingEvents,
  'events show': readingEvents,
  endpoints: { names: asking, suites: false },
  relay: { names: askingForEvents, suites: false },
  urls: {
    names: [...asking, 'SUITED_PUBLIC_URL', 'SUITED_TRUSTED_DOMAINS', 'WECOM_SUITE_ID'],
    suites: true,
  },
  export: { names: [...state, ...asking], suites: false },
  keys: { names: [...state, ...asking], suites: true },
  // Companies of before are checked with WeCom.
  import: {
    names: [
      ...state,
      ...asking,
      'SUITED_OBSERVE',
      'WECOM_SUITE_ID',
      'WECOM_SUITE_SECRET',
      'WECOM_PROVIDER_CORPID',
      'WECOM_PROVIDER_SECRET',
      'WECOM_API_URL',
      'WECOM_HTTP_PROXY',
    ],
    suites: true,
  },
  migrate: { names: state, suites: false },
  rekey: { names: state, suites: false },
  healthcheck: { names: ['SUITED_HOST', 'SUITED_PORT', 'SUITED_TLS_CERT'], suites: false },
  openapi: { names: ['SUITED_PUBLIC_URL'], suites: false },
} as const satisfies Record<string, Part>

export type PartName = keyof typeof parts

export const partOf = (command: PartName): Part => parts[command]

/** What commands read and the service does not. */
const ofCommands: readonly SettingName[] = ['SUITED_KEY']

const ofService = settingNames.filter((name) => !ofCommands.includes(name))

/**
 * The settings that a command uses, in the order of all settings; none for those that use none.
 *
 * @param command `events list`, which has what `events` has unless it has its own
 */
export const settingsUsedBy = (command: string): readonly SettingName[] => {
  if (command === 'serve') return ofService
  const own = [command, command.split(' ')[0] ?? ''].find((name) => Object.hasOwn(parts, name))
  const names: readonly SettingName[] = own === undefined ? [] : parts[own as PartName].names
  return settingNames.filter((name) => names.includes(name))
}
