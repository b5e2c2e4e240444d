/**
 * The fields of WeCom's console about pages: the app's own, and ours for installations and logins.
 * Pure.
 */
import type { Suite } from '../suites'
import { type SetupFacts, type SetupItem, withoutPublicUrl } from './setup-facts'

const firstPageOf = ({ trustedDomains: [domain] }: Suite): string | null =>
  domain ? `https://${domain}/` : null

const homeItem = (suite: Suite): SetupItem => {
  const page = firstPageOf(suite)
  return {
    field: '应用主页',
    suite: suite.key,
    value: page && `${page}?corpid=$CORPID$`,
    status: 'optional',
    detail: page
      ? 'The page of yours that members open; change the path as you like. WeCom replaces $CORPID$.'
      : 'The page of yours that members open. SUITED_TRUSTED_DOMAINS names its host.',
  }
}

const isVerifyFile = (name: string): boolean => name.startsWith('WW_verify_')

/** What WeCom asks our own host for, and whether we have it. */
const verifyFileSentence = (host: string, files: readonly string[] | null): string => {
  if (files === null) return `WeCom asks ${host} for a WW_verify file (校验域名归属).`
  const file = files.find(isVerifyFile)
  return file
    ? `WeCom finds https://${host}/${file}.`
    : `There is no WW_verify file yet: put the one that the console offers (校验域名归属) into the folder "domain" of the data folder.`
}

/** WeCom sends a login's code to hosts of this list alone, and compares the port. */
const trustedDomainsItem = (suite: Suite, facts: SetupFacts): SetupItem => {
  const { publicUrl, domainFiles } = facts
  const field = '可信域名'
  const own = suite.trustedDomains
  if (suite.observes || publicUrl === null) {
    return {
      field,
      suite: suite.key,
      value: own.join('；') || null,
      status: own.length > 0 ? 'optional' : 'awaited',
      detail: suite.observes
        ? 'The hosts of your pages. WeCom asks each for a WW_verify file.'
        : `The hosts of your pages, and suited’s own. ${withoutPublicUrl}`,
    }
  }
  const { host } = new URL(publicUrl)
  const elsewhere =
    suite.kind === 'customised'
      ? ' A company that takes its own host alone gets that by PUT /api/corps/{corpid}/site.'
      : ''
  return {
    field,
    suite: suite.key,
    value: [...new Set([...own, host])].join('；'),
    status: domainFiles === null || domainFiles.some(isVerifyFile) ? 'optional' : 'awaited',
    detail: `The hosts of your pages, and suited’s own, to which /login leads back. ${verifyFileSentence(host, domainFiles)}${elsewhere}`,
  }
}

const installedItem = ({ key }: Suite, { publicUrl, progress }: SetupFacts): SetupItem => {
  const isInstalled = progress.installedHere.has(key)
  const detail = isInstalled
    ? 'WeCom has led an installation back to it.'
    : 'The host that WeCom leads back to from an installation that began at /install.'
  return {
    field: '安装完成回调域名',
    suite: key,
    value: publicUrl && new URL(publicUrl).host,
    status: isInstalled ? 'done' : 'optional',
    detail: publicUrl ? detail : withoutPublicUrl,
  }
}

const businessItem = (suite: Suite, base: string | null): SetupItem => {
  const page = firstPageOf(suite)
  const redirect = page ? `?redirect=${encodeURIComponent(page)}` : ''
  const detail = page
    ? 'Admins open it from WeCom’s console; suited logs them in and leads on to the page behind redirect=. May stay empty.'
    : 'Admins open it from WeCom’s console; suited logs them in. SUITED_TRUSTED_DOMAINS names where to lead on to. May stay empty.'
  return {
    field: '业务设置URL',
    suite: suite.key,
    value: base && `${base}/business${redirect}`,
    status: 'optional',
    detail: base === null ? withoutPublicUrl : detail,
  }
}

/** @param base the public address of the suite's routes; null while it isn't known */
export const pageItems = (suite: Suite, base: string | null, facts: SetupFacts): SetupItem[] => [
  homeItem(suite),
  trustedDomainsItem(suite, facts),
  ...(suite.kind === 'app' ? [installedItem(suite, facts)] : []),
  businessItem(suite, base),
]
