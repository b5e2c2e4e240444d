/** `message/send`: who gets a message of an app, and what is wrong with a request. No I/O. */

import { dayMs } from '../../../clock'
import { isVisible } from '../../world/installations'
import { randomText } from '../../world/random-text'
import { Refusal } from '../../world/refusals'
import { consume, issue } from '../../world/tokens'
import type { Member } from '../../world/world'
import { type Answer, type ApiCall, type InstalledApp, ok } from '../call/endpoint'
import { integerIn, textIn } from '../call/fields'

const msgtypes = new Set([
  'text',
  'image',
  'voice',
  'video',
  'file',
  'textcard',
  'news',
  'mpnews',
  'markdown',
  'miniprogram_notice',
  'template_card',
  'template_msg',
])

const mostUsers = 1000
const mostPartiesOrTags = 100
const remembered = 1000
const recallableMs = dayMs

/** The entries of a `a|b|c` list. */
const listed = (value: unknown, most: number): string[] => {
  if (value === undefined || value === null || value === '') return []
  if (typeof value !== 'string') throw new Refusal(40058)
  const entries = value.split('|').filter((entry) => entry !== '')
  if (entries.length > most) throw new Refusal(40058)
  return entries
}

interface Addressees {
  readonly members: readonly Member[]
  readonly invalidUsers: readonly string[]
  readonly invalidParties: readonly string[]
  readonly invalidTags: readonly string[]
}

const addressees = ({ body }: ApiCall, { company, installation }: InstalledApp): Addressees => {
  const visible = company.members.filter((member) => isVisible(installation, member))
  if (body.touser === '@all') {
    return { members: visible, invalidUsers: [], invalidParties: [], invalidTags: [] }
  }
  const users = listed(body.touser, mostUsers)
  const parties = listed(body.toparty, mostPartiesOrTags)
  const tags = listed(body.totag, mostPartiesOrTags)
  if (users.length + parties.length + tags.length === 0) throw new Refusal(40063)
  const isOf = (party: string) => (member: Member) => member.departments.includes(Number(party))
  const members = visible.filter(
    (member) => users.includes(member.userid) || parties.some((party) => isOf(party)(member)),
  )
  return {
    members,
    invalidUsers: users.filter((user) => !visible.some(({ userid }) => userid === user)),
    invalidParties: parties.filter((party) => !visible.some(isOf(party))),
    invalidTags: tags,
  }
}

/**
 * Sends a message of an app. Members, parties and tags that can't be reached are named in the
 * answer, which is a success as long as anybody gets it.
 *
 * @throws {Refusal} 40008 msgtype, 40056 not this company's agentid, 41011 no agentid, 40063 no
 * addressee, 40058 a list that is too long or a message without its content, 81013 nobody gets it
 */
export const sendMessage = (call: ApiCall, app: InstalledApp): Answer => {
  const { world, body } = call
  const { suiteId, corpid, agentid } = app.installation
  const msgtype = textIn(body, 'msgtype', 40008)
  if (!msgtypes.has(msgtype)) throw new Refusal(40008)
  if (integerIn(body, 'agentid', 41011) !== agentid) throw new Refusal(40056)
  if (typeof body[msgtype] !== 'object' || body[msgtype] === null) throw new Refusal(40058)
  const { members, invalidUsers, invalidParties, invalidTags } = addressees(call, app)
  if (members.length === 0) throw new Refusal(81013)
  const msgid = randomText(world.random, 64, 'token')
  world.sentMessages.push({
    at: world.clock.now(),
    suiteId,
    corpid,
    agentid,
    msgid,
    msgtype,
    receivers: members.map(({ userid }) => userid),
    request: body,
    recalledAt: null,
  })
  if (world.sentMessages.length > remembered) world.sentMessages.shift()
  return {
    ...ok,
    invaliduser: invalidUsers.join('|'),
    invalidparty: invalidParties.join('|'),
    invalidtag: invalidTags.join('|'),
    unlicenseduser: '',
    msgid,
    ...(msgtype === 'template_card' && {
      response_code: issue(world, 'response_code', { suiteId, corpid }).value,
    }),
  }
}

/** Takes a message back. Throws 40058 unless it is one of this app's of the last 24 hours. */
export const recallMessage = ({ world }: ApiCall, app: InstalledApp, msgid: string): Answer => {
  const { suiteId, corpid } = app.installation
  const message = world.sentMessages.find((one) => one.msgid === msgid)
  const isOwn = message?.suiteId === suiteId && message.corpid === corpid
  const now = world.clock.now()
  if (!isOwn || now > message.at + recallableMs) throw new Refusal(40058)
  message.recalledAt = now
  return ok
}

/**
 * Changes a card that was sent. Its code works once.
 *
 * @throws {Refusal} 40058 the code is unknown, used or three days old, 40056 not this company's
 * agentid
 */
export const updateCard = (call: ApiCall, app: InstalledApp, responseCode: string): Answer => {
  const { world, body } = call
  if (integerIn(body, 'agentid', 41011) !== app.installation.agentid) throw new Refusal(40056)
  const code = consume(world, 'response_code', responseCode, app.suite.suiteId)
  if (code.corpid !== app.company.corpid) throw new Refusal(40058)
  return { ...ok, invaliduser: [] }
}
