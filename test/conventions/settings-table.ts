/** The settings that the README offers, as the rows of its table. */
import { type SettingName, settingNames, settings, suiteSettings } from '../../src/config/settings'
import { codeOf, sources } from './sources'

/**
 * Settings that `src/config` itself turns into what the rest works with: the suites, the provider,
 * the endpoint `default`.
 */
const turnedIntoOthers: readonly SettingName[] = [
  ...suiteSettings,
  'WECOM_PROVIDER_CORPID',
  'WECOM_PROVIDER_SECRET',
  'WECOM_PROVIDER_LOGIN',
  'WECOM_SYSTEM_TOKEN',
  'WECOM_SYSTEM_ENCODING_AES_KEY',
  'SUITED_TRUSTED_DOMAINS',
  'SUITED_FORWARD_URL',
  'SUITED_FORWARD_SECRET',
]

/** Settings on which something acts: those of the suites, and those that commands read. */
export const settingsActedUpon = (): SettingName[] => {
  const commands = sources
    .filter(({ name }) => /^(commands|service|runtime)\//.test(name))
    .map(codeOf)
    .join('\n')
  const isRead = (name: SettingName) =>
    new RegExp(`\\bsettings\\.${name}\\b|\\{[^{}]*\\b${name}\\b[^{}]*\\} = settings\\b`).test(
      commands,
    )
  return settingNames.filter((name) => turnedIntoOthers.includes(name) || isRead(name))
}

const cell = (text: string): string => text.replaceAll('|', '\\|')

/** A default as it would be written into the environment. */
export const defaultOf = (name: SettingName): string => {
  const { fallback } = settings[name]
  return fallback === null ? '' : `\`${fallback}\``
}

export const settingsTable = (): string => {
  const rows = settingsActedUpon().map((name) => {
    const { about } = settings[name]
    return `| \`${name}\` | ${defaultOf(name)} | ${cell(about)} |`
  })
  return ['| Setting | Default | Meaning |', '|---|---|---|', ...rows].join('\n')
}
