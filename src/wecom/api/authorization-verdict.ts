/** The verdict of a refused call of ours on a company's authorisation. Pure. */

import { type Reaction, reactionTo } from '../errcode/errcode'
import { WecomFailure } from './failure'

/** What WeCom says of an authorisation. */
export type Verdict = 'served' | 'gone' | 'suspended'

const customisedTokenPath = '/cgi-bin/gettoken'

/** The calls that present the permanent code itself: only they can tell that it is void. */
const codePaths = [
  customisedTokenPath,
  '/cgi-bin/service/get_corp_token',
  '/cgi-bin/service/get_auth_info',
  '/cgi-bin/service/v2/get_auth_info',
]

const reactionOf = (failure: unknown): Reaction | null =>
  failure instanceof WecomFailure && failure.errcode !== null ? reactionTo(failure.errcode) : null

const pathOf = (failure: unknown): string | null =>
  failure instanceof WecomFailure ? failure.path : null

/** Null if the refusal says nothing of the authorisation. */
export const verdictOf = (failure: unknown): Exclude<Verdict, 'served'> | null => {
  const reaction = reactionOf(failure)
  if (reaction === 'suspended') return 'suspended'
  if (reaction !== 'authorization_gone') return null
  return codePaths.includes(pathOf(failure) ?? '') ? 'gone' : null
}

/** A customised app's permanent code is its secret: calling that wrong may mean that it is void. */
export const refusesCode = (failure: unknown): boolean =>
  pathOf(failure) === customisedTokenPath && reactionOf(failure) === 'wrong_secret'
