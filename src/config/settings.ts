/**
 * Every setting, once: its name, what it may be, its default, what it means. Validation, help,
 * and the table in the README come from here.
 */
import { logLevels } from '../log'
import type { InstallMode } from '../suite/suites'
import type { Parse } from './value'
import * as value from './value'

export interface Setting<T> {
  readonly parse: Parse<T>
  readonly fallback: T | null
  /** One sentence, without its name. */
  readonly about: string
  /** Never a flag, never shown: other users of a machine see the flags of a process. */
  readonly secret?: true
}

const setting = <T, F extends T | null>(
  parse: Parse<T>,
  fallback: F,
  about: string,
): Setting<T> & { fallback: F } => ({ parse, fallback, about })

const secret = <T>(parse: Parse<T>, about: string): Setting<T> & { fallback: null } => ({
  parse,
  fallback: null,
  about,
  secret: true,
})

const logFormats = ['json', 'pretty'] as const

export const settings = {
  WECOM_TOKEN: secret(
    value.callbackToken,
    "The callback Token of the suite, from WeCom's console.",
  ),
  WECOM_ENCODING_AES_KEY: secret(value.encodingAesKey, 'Its EncodingAESKey: 43 characters.'),
  WECOM_PREVIOUS_TOKEN: secret(value.callbackToken, 'The Token before, good until removed.'),
  WECOM_PREVIOUS_ENCODING_AES_KEY: secret(value.encodingAesKey, 'The EncodingAESKey before.'),
  WECOM_SUITE_ID: setting(value.id, null, 'The SuiteID; may be entered after the URL check.'),
  WECOM_SUITE_SECRET: secret(value.text, "The suite's Secret."),
  WECOM_INSTALL_MODE: setting(
    value.oneOf<InstallMode>('formal', 'test'),
    'formal',
    'What our install page asks WeCom for: a formal authorisation, or a test one of an app that isn’t online yet.',
  ),
  WECOM_PROVIDER_CORPID: setting(value.id, null, "The provider's own corpid."),
  WECOM_PROVIDER_SECRET: secret(value.text, 'The ProviderSecret.'),
  WECOM_PROVIDER_LOGIN: setting(
    value.onOrOff,
    false,
    '1: members log in on the web by the provider’s corpid (the older 扫码授权登录), where there is no login suite.',
  ),
  WECOM_SYSTEM_TOKEN: secret(
    value.callbackToken,
    'The Token of the system-event URL; without it the suites’ pairs are tried.',
  ),
  WECOM_SYSTEM_ENCODING_AES_KEY: secret(value.encodingAesKey, 'Its EncodingAESKey.'),
  WECOM_API_URL: setting(value.httpUrl, 'https://qyapi.weixin.qq.com', "WeCom's API."),
  WECOM_OPEN_URL: setting(value.httpUrl, 'https://open.work.weixin.qq.com', 'Its install pages.'),
  WECOM_OAUTH_URL: setting(value.httpUrl, 'https://open.weixin.qq.com', 'Its OAuth pages.'),
  WECOM_LOGIN_URL: setting(value.httpUrl, 'https://login.work.weixin.qq.com', 'Its web login.'),
  WECOM_HTTP_PROXY: secret(value.proxyUrl, 'An egress proxy for calls to WeCom alone.'),
  SUITED_HOST: setting(value.bindAddress, '0.0.0.0', 'The address to listen on.'),
  SUITED_PORT: setting(value.integerIn(0, 65535), 8001, 'The port; 0 takes any free one.'),
  SUITED_ADMIN_HOST: setting(
    value.bindAddress,
    null,
    'Where operators have a listener of their own; /api and /swagger are then there alone.',
  ),
  SUITED_ADMIN_PORT: setting(value.integerIn(0, 65535), null, 'Its port.'),
  SUITED_SDK_HOST: setting(
    value.bindAddress,
    null,
    'Where existing WeCom SDKs find WeCom’s API, with API keys in place of secrets.',
  ),
  SUITED_SDK_PORT: setting(
    value.integerIn(0, 65535),
    null,
    'Its port; without it there is no such listener.',
  ),
  SUITED_PUBLIC_URL: setting(
    value.httpUrl,
    null,
    'The address that WeCom and browsers use; may have a path.',
  ),
  SUITED_DATA_DIR: setting(value.text, './data', 'The folder for all state.'),
  SUITED_STORE: {
    ...setting(
      value.store,
      'file',
      'Where state lives: file, the data folder of one process; or postgres://user:password@host/database, which several replicas share, with SUITED_ENCRYPTION_KEY.',
    ),
    secret: true,
  },
  SUITED_ADMIN_TOKEN: secret(value.secretOf(24), 'The key to /api; without it /api is closed.'),
  SUITED_KEY: secret(
    value.text,
    'For commands: a key of scope events of the suited that they ask; else the admin token.',
  ),
  SUITED_ENCRYPTION_KEY: secret(
    value.base64Key,
    'Encrypts secrets in the data folder: 32 bytes in base64. Nobody can read them without it.',
  ),
  SUITED_PREVIOUS_ENCRYPTION_KEY: secret(
    value.base64Key,
    'The key before, to read what it encrypted until suited rekey has run.',
  ),
  SUITED_BACKUP_DIR: setting(
    value.text,
    null,
    'Where a snapshot of everything is put once a day, encrypted with SUITED_ENCRYPTION_KEY if there is one.',
  ),
  SUITED_BACKUP_KEEP: setting(value.integerIn(1, 3650), 7, 'How many snapshots stay.'),
  SUITED_OBSERVE: setting(
    value.onOrOff,
    false,
    '1: only watch beside another back-end; keep tickets and events, call WeCom for nothing.',
  ),
  SUITED_TLS_CERT: setting(value.text, null, 'A TLS certificate file; taken anew when it changes.'),
  SUITED_TLS_KEY: setting(value.text, null, 'Its key file.'),
  SUITED_TRUSTED_DOMAINS: setting(
    value.domains,
    null,
    'Hosts that /sign signs for and whose pages may call it, with commas; one without a port covers every port, one with a port that alone; unset takes any.',
  ),
  SUITED_DOMAIN_FILES: setting(
    value.domainFiles,
    null,
    'WW_verify_X.txt[:content], with commas, besides the files in DATA_DIR/domain.',
  ),
  SUITED_CALLBACK_MAX_AGE_SECONDS: setting(
    value.integerIn(0, 10 * 365 * 86400),
    86400,
    'Callbacks signed longer ago or further ahead are refused; 0 takes any.',
  ),
  SUITED_EVENT_RETENTION_DAYS: setting(
    value.integerIn(1, 3650),
    30,
    'How long settled events are kept.',
  ),
  SUITED_AUDIT_RETENTION_DAYS: setting(
    value.integerIn(1, 3650),
    180,
    'How long the audit log is kept, and API keys after their end.',
  ),
  SUITED_ERASE_AFTER_DAYS: setting(
    value.integerIn(0, 3650),
    30,
    'A company that left is erased so many days later but for a receipt; 0 leaves that to DELETE /api/corps/{corpid}.',
  ),
  SUITED_MIN_FREE_MB: setting(
    value.integerIn(0, 1_000_000),
    200,
    'Below twice this much room on the disk done events older than a day are given up, below it those older than an hour, with a warning; below a quarter of it callbacks are refused; 0 turns it off.',
  ),
  SUITED_RATE_LIMIT: setting(
    value.integerIn(0, 100_000_000),
    6000,
    'Requests a minute to /sign, to the pages of install and login, and refused callbacks, each from one address; a callback whose signature fits is always taken; 0 turns it off.',
  ),
  SUITED_TRUSTED_PROXIES: setting(
    value.networks,
    ['127.0.0.0/8', '::1'],
    'Addresses and ranges of proxies, with commas: the client is who their X-Forwarded-For names.',
  ),
  SUITED_FORWARD_URL: setting(
    value.endpointUrl,
    null,
    'Where events go: the endpoint default, which may be a private address.',
  ),
  SUITED_FORWARD_SECRET: secret(value.signingSecret, 'The whsec_… secret that signs them.'),
  SUITED_LOG_LEVEL: setting(value.oneOf(...logLevels), 'info', 'debug, info, warn or error.'),
  SUITED_LOG_FORMAT: setting(
    value.oneOf(...logFormats),
    null,
    'json, or pretty (on a terminal): with times in UTC, coloured unless NO_COLOR is set.',
  ),
} satisfies Record<string, Setting<unknown>>

export type SettingName = keyof typeof settings
export const settingNames = Object.keys(settings) as SettingName[]

/** What a setting is after reading: its value, or its default. */
export type Settings = {
  readonly [Name in SettingName]: (typeof settings)[Name] extends {
    parse: Parse<infer T>
    fallback: infer F
  }
    ? F extends null
      ? T | null
      : T
    : never
}

type SchemaOf<T extends Record<string, Setting<unknown>>> = {
  readonly [Name in keyof T]: T[Name]['parse']
}

export type SettingsSchema = SchemaOf<typeof settings>

/** What each setting may be. */
export const settingsSchema = Object.fromEntries(
  settingNames.map((name) => [name, settings[name].parse]),
) as SettingsSchema

/** The settings of which some are given. */
export const withDefaults = (values: Readonly<Partial<Record<SettingName, unknown>>>): Settings =>
  Object.fromEntries(
    settingNames.map((name) => [name, values[name] ?? settings[name].fallback]),
  ) as unknown as Settings

/** The settings of one suite: in the environment, or in a `[[suites]]` table of the file. */
export const suiteSettings = [
  'WECOM_TOKEN',
  'WECOM_ENCODING_AES_KEY',
  'WECOM_PREVIOUS_TOKEN',
  'WECOM_PREVIOUS_ENCODING_AES_KEY',
  'WECOM_SUITE_ID',
  'WECOM_SUITE_SECRET',
  'WECOM_INSTALL_MODE',
] as const satisfies readonly SettingName[]

/** A setting's name at the top of the file; with dashes for underscores, its flag. */
export const fileKey = (name: SettingName): string => name.replace(/^[A-Z]+_/, '').toLowerCase()
