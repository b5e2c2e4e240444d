/**
 * Explanations of mistakes for operators: what is wrong with a callback and how to mend it. Pure.
 */
import { inWords } from '../../../wording'
import { type CallbackPlace, pathOf } from '../../callback-place'
import { nameOfSetting, type Suites } from '../../suites'
import type { Mistake } from './mistake'

export interface Explanation {
  /** Part of a sentence: `the signature fits none of the Tokens here`. */
  readonly wrong: string
  /** One sentence or several. */
  readonly cure: string
}

export interface MistakeContext {
  readonly place: CallbackPlace
  readonly suites: Suites
  /**
   * By how much our own clock is known to be ahead of WeCom's, in milliseconds; null unless it is
   * wrong.
   */
  readonly clockAheadMs: number | null
}

const consolePage = '服务商后台 → 应用管理 → 应用详情 → 回调配置'

/** Where the pair of a URL is entered, in the settings and in WeCom's console. */
const entryOf = ({ place, suites }: MistakeContext) => {
  const { url, suite, pathCorpid } = place
  if (url === 'company' && suite !== null) {
    const route = `PUT /api/corps/${pathCorpid}/callback?suite=${suite.key}`
    return { token: route, key: route, page: 'the callback configuration of this company’s app' }
  }
  const page = url === 'system' ? '服务商后台 → 应用管理 → 通用开发参数' : consolePage
  if (url === 'system' && suites.provider.systemPair !== null) {
    return { token: 'WECOM_SYSTEM_TOKEN', key: 'WECOM_SYSTEM_ENCODING_AES_KEY', page }
  }
  const own = suite ?? suites.all[0]
  return own === undefined
    ? { token: 'WECOM_TOKEN', key: 'WECOM_ENCODING_AES_KEY', page }
    : { token: nameOfSetting(own, 'token'), key: nameOfSetting(own, 'encoding_aes_key'), page }
}

const staleWords = (ageSeconds: number | null | undefined): string => {
  if (ageSeconds === null || ageSeconds === undefined) return 'its signed timestamp is no time'
  const far = inWords(ageSeconds * 1000)
  return ageSeconds < 0 ? `it was signed ${far} ahead of our clock` : `it was signed ${far} ago`
}

const staleCure = (ahead: number | null): string =>
  ahead === null
    ? 'Check the clock of this machine (timedatectl). If it is right, something holds requests back or repeats old ones.'
    : `The clock of this machine is ${inWords(ahead)} ${ahead > 0 ? 'ahead of' : 'behind'} WeCom's: set it (timedatectl set-ntp true).`

const ownerOf = ({ owner }: Mistake): string =>
  owner === null ? 'the system-event URL' : `suite "${owner}"`

/** One mistake in words, as it stands with these settings. */
export const explainMistake = (mistake: Mistake, context: MistakeContext): Explanation => {
  const { place, suites, clockAheadMs } = context
  const { came = '' } = mistake
  const owner = ownerOf(mistake)
  const expected = mistake.expected?.join(' or ') || 'none yet'
  const path = pathOf(place, suites)
  const { suite } = place
  const { token, key, page } = entryOf(context)
  const own = suite ?? suites.all[0]
  const idSetting = own ? nameOfSetting(own, 'id') : 'WECOM_SUITE_ID'
  const previous = own ? nameOfSetting(own, 'previous_token') : 'WECOM_PREVIOUS_TOKEN'
  const ownForms = 'Paste each suite’s own URLs into its own form: suited urls lists them.'

  switch (mistake.code) {
    case 'wrong_token':
      return {
        wrong: 'the signature fits none of the Tokens that are expected there',
        cure: `Compare the Token in ${page} with ${token}, and then the EncodingAESKey. After a change in the console keep the one before as ${previous} for a while. If both are right, something on the way changes the query or the body.`,
      }
    case 'another_suites_pair':
      return {
        wrong: `the signature fits the Token of ${owner}, which isn't expected at ${path}`,
        cure: ownForms,
      }
    case 'former_pair':
      return {
        wrong: `the signature fits the Token that ${owner} had before the settings were read again`,
        cure: `Put the Token and the EncodingAESKey of now into ${page}; until then enter the ones before as ${previous} and its EncodingAESKey.`,
      }
    case 'wrong_encoding_aes_key':
      return {
        wrong: `the signature fits, but the message does not decrypt${mistake.owner !== undefined ? `; it does with the EncodingAESKey of ${owner}` : ''}`,
        cure: `Copy the EncodingAESKey, all 43 characters, from ${page} into ${key}.`,
      }
    case 'broken_ciphertext':
      return {
        wrong: `the signature fits, but what was signed is no ciphertext (${mistake.step})`,
        cure: 'WeCom sends no such thing: look for a program of yours that has the Token.',
      }
    case 'plus_lost':
      return {
        wrong: 'the signature fits once the blanks of the ciphertext are pluses again',
        cure: 'A proxy or gateway in front of suited decodes the body as a form: let it hand the body on untouched.',
      }
    case 'another_suites_url':
      return {
        wrong: `the message is for the ${owner}, which has URLs of its own`,
        cure: ownForms,
      }
    case 'wrong_suite_id':
      return {
        wrong: `the message names the suite ${came}, and ${idSetting} is ${expected}`,
        cure: `If ${came} is the SuiteID of this app in the console, enter it as ${idSetting}: letter case counts. If not, paste ${path} only into the form of ${expected}.`,
      }
    case 'wrong_provider_corpid':
      return {
        wrong: `the message names the provider ${came}, and WECOM_PROVIDER_CORPID is ${expected}`,
        cure: `If ${came} is your own corpid, enter it as WECOM_PROVIDER_CORPID: letter case counts. If not, this URL and its Token stand in another provider’s console.`,
      }
    case 'wrong_receive_id':
      return {
        wrong: `the message is sealed for ${came}; expected is ${expected}`,
        cure: `If ${came} is your own corpid, enter it as WECOM_PROVIDER_CORPID; if it is this app’s SuiteID, as ${idSetting}: letter case counts. If it is neither, this URL and its Token stand in the form of another app, perhaps a company’s self-built one (自建应用).`,
      }
    case 'empty_receive_id':
      return {
        wrong: 'the message is sealed for nobody: its receive id is empty',
        cure: 'So seals a 智能机器人: then take this URL out of its form. If you are an individual provider, enter receive_id_empty = true in the [[suites]] table.',
      }
    case 'wrong_company':
      return {
        wrong: `the path names the company ${came}, and the message is for ${expected}`,
        cure: 'Paste the data URL with $CORPID$ as it is, so that WeCom puts each company’s own corpid there.',
      }
    case 'stale_timestamp':
      return { wrong: staleWords(mistake.ageSeconds), cure: staleCure(clockAheadMs) }
    case 'stale_ticket':
      return {
        wrong: 'the TimeStamp of the suite_ticket is no time, or too far ahead of our clock',
        cure: staleCure(clockAheadMs),
      }
    case 'no_message':
      return {
        wrong: 'the signature fits, but what it opens to is not what this URL takes',
        cure: 'WeCom sends no such thing: somebody repeats what it sent elsewhere, or tests with your Token.',
      }
    case 'json_of_another_app':
      return {
        wrong: 'the body is JSON and the signature fits none of our Tokens',
        cure: `So send a 智能机器人 and a self-built app (自建应用) that is set to JSON: ${path} stands in the form of one, take it out there. If the sender is this app, compare the Token in ${page} with ${token}.`,
      }
    case 'weixin_platform':
      return {
        wrong: 'it has the form of a 公众号 or mini-program, not of WeCom',
        cure: `${path} stands in the console of 微信公众平台 (mp.weixin.qq.com): take it out there.`,
      }
    case 'changed_body':
      return {
        wrong: 'the query is like WeCom’s, but the body holds no ciphertext as WeCom sends it',
        cure: 'See whether a proxy or firewall in front of suited cuts, decodes or rewrites bodies.',
      }
    case 'unknown_suite':
      return {
        wrong: came
          ? `no suite "${came}" is configured here`
          : 'the path names no suite, and there are several without a default one',
        cure: ownForms,
      }
    case 'no_signature':
      return {
        wrong: 'it lacks msg_signature, timestamp or nonce',
        cure: 'WeCom adds them always: this was somebody else, or a proxy that drops the query.',
      }
    case 'broken_signature':
      return {
        wrong: 'msg_signature, timestamp or nonce do not have WeCom’s form',
        cure: 'As a rule nothing: this was somebody else.',
      }
    case 'not_wecoms_body':
      return {
        wrong: 'the body is too long, came to no end or is not what WeCom sends',
        cure: 'As a rule nothing: this was somebody else.',
      }
  }
}
