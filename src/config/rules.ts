/**
 * The rules between settings, and the values that this version doesn't take. Pure but for
 * `realPath`.
 */

import { isDatabase } from '../store-address'
import { type Checked, isGiven, missingNeeds, type Need, needEachOther } from './checked'
import type { Problem } from './place'
import type { SettingName, Settings, SettingsSchema } from './settings'
import type { CollectedTexts, Sources } from './sources'
import type { Part } from './used-settings'

/** The settings after the judgement of each by itself. */
export interface GivenSettings {
  readonly texts: CollectedTexts['texts']
  readonly checked: Checked<SettingsSchema>
  /** What isn't given or is wrong has its default. */
  readonly settings: Settings
}

const needsOfSystem = needEachOther<SettingName>(
  'WECOM_SYSTEM_TOKEN',
  'WECOM_SYSTEM_ENCODING_AES_KEY',
)

/** Of the suite whose settings stand in no table. */
const needsOfSuite: readonly Need<SettingName>[] = [
  ...needEachOther<SettingName>('WECOM_TOKEN', 'WECOM_ENCODING_AES_KEY'),
  ...needEachOther<SettingName>('WECOM_PREVIOUS_TOKEN', 'WECOM_PREVIOUS_ENCODING_AES_KEY'),
  ['WECOM_TOKEN', 'WECOM_PREVIOUS_TOKEN'],
  ['WECOM_ENCODING_AES_KEY', 'WECOM_PREVIOUS_TOKEN'],
]

const needsOfService: readonly Need<SettingName>[] = [
  ['WECOM_PROVIDER_CORPID', 'WECOM_PROVIDER_SECRET'],
  ['WECOM_PROVIDER_SECRET', 'WECOM_PROVIDER_LOGIN'],
  ...needEachOther<SettingName>('SUITED_TLS_CERT', 'SUITED_TLS_KEY'),
  ['SUITED_ADMIN_PORT', 'SUITED_ADMIN_HOST'],
  ['SUITED_SDK_PORT', 'SUITED_SDK_HOST'],
  ...needEachOther<SettingName>('SUITED_FORWARD_URL', 'SUITED_FORWARD_SECRET'),
  ['SUITED_ENCRYPTION_KEY', 'SUITED_PREVIOUS_ENCRYPTION_KEY'],
]

/** Settings that are given without those that they make no sense without. */
export const problemsOfNeeds = (
  { checked }: GivenSettings,
  hasSuiteTables: boolean,
  part: Part | null,
): Problem[] => {
  const needs = [...needsOfSystem, ...(hasSuiteTables ? [] : needsOfSuite), ...needsOfService]
  return missingNeeds(checked, needs)
    .filter(([missing]) => part === null || part.names.includes(missing))
    .map(([missing, because]) => ({
      setting: missing,
      problem: `is missing: ${because} is set without it`,
    }))
}

const pairNames = [...needsOfSystem, ...needsOfSuite].flat()

/** A service that nobody could call back. */
export const problemsOfNoPair = ({ checked }: GivenSettings): Problem[] =>
  pairNames.some((name) => isGiven(checked, name))
    ? []
    : [
        {
          setting: 'WECOM_TOKEN',
          problem:
            "and WECOM_ENCODING_AES_KEY are missing: copy them from WeCom's console (or make them with suited keygen and paste them there)",
        },
      ]

const problemsOfKeys = ({ texts, settings }: GivenSettings): Problem[] => {
  const { SUITED_ENCRYPTION_KEY: key, SUITED_PREVIOUS_ENCRYPTION_KEY: previous } = settings
  const given = texts.get('SUITED_PREVIOUS_ENCRYPTION_KEY')
  if (!given || !key || !previous?.equals(key)) return []
  return [{ setting: given.from, problem: 'is the same as SUITED_ENCRYPTION_KEY' }]
}

/** Whether a path is a folder or lies in it; both whole, links followed. */
export const isWithin = (path: string, folder: string): boolean =>
  `${path}/`.startsWith(folder.endsWith('/') ? folder : `${folder}/`)

const problemsOfBackup = (
  { texts, checked, settings }: GivenSettings,
  realPath: Sources['realPath'],
): Problem[] => {
  const given = texts.get('SUITED_BACKUP_DIR')
  if (!given || isDatabase(settings.SUITED_STORE) || checked.wrong.has('SUITED_DATA_DIR')) return []
  const backups = realPath(given.text)
  const data = realPath(settings.SUITED_DATA_DIR)
  if (!isWithin(backups, data) && !isWithin(data, backups)) return []
  const problem =
    'must lie apart from SUITED_DATA_DIR: neither is to be inside the other, or one loss takes both'
  return [{ setting: given.from, problem }]
}

/**
 * A database keeps old rows, a log and backups of its own, of which nobody here erases anything.
 */
const problemsOfStore = ({ checked, settings }: GivenSettings, part: Part | null): Problem[] => {
  const isWanted = part === null || part.names.includes('SUITED_ENCRYPTION_KEY')
  if (!isDatabase(settings.SUITED_STORE) || !isWanted) return []
  if (isGiven(checked, 'SUITED_ENCRYPTION_KEY')) return []
  const problem =
    'is missing: SUITED_STORE names a database, whose old rows, logs and backups are not suited’s to erase, so secrets only go there encrypted (suited keygen makes a key)'
  return [{ setting: 'SUITED_ENCRYPTION_KEY', problem }]
}

/** Settings that are right by themselves and can't be acted upon. */
export const problemsOfValues = (
  given: GivenSettings,
  realPath: Sources['realPath'],
  part: Part | null,
): Problem[] => [
  ...problemsOfKeys(given),
  ...problemsOfBackup(given, realPath),
  ...problemsOfStore(given, part),
]
