/** One move, from what it finds at both ends to the word that all of it is there. */
import type { Damage } from '../../store/move/kinds'
import { copyAll, differences, isEmpty, type Survey, surveyOf } from '../../store/move/move'
import type { MoveSource, MoveTarget } from './move-end'

export type MoveOutcome =
  /** All of it is there; `damaged` is what could not be read and was left out. */
  | { readonly kind: 'moved'; readonly survey: Survey; readonly damaged: readonly Damage[] }
  /** It was there before, to the last record: nothing was written. */
  | { readonly kind: 'was_there'; readonly survey: Survey }
  /** The target holds something else: nothing was written. */
  | { readonly kind: 'other_there'; readonly differing: ReturnType<typeof differences> }
  /** Something can't be read: half of the rest is there, and no service starts on it. */
  | { readonly kind: 'damaged'; readonly damaged: readonly Damage[] }
  /** What is there is not what was read: likewise. */
  | { readonly kind: 'differs'; readonly differing: ReturnType<typeof differences> }

/** @param leaveDamaged whether to go on without what can't be read */
export const runMove = async (
  source: MoveSource,
  target: MoveTarget,
  { leaveDamaged }: { readonly leaveDamaged: boolean },
): Promise<MoveOutcome> => {
  if (!target.isAnew && !(await isEmpty(target.holding))) {
    const survey = await surveyOf(source.holding)
    const differing = differences(survey, await surveyOf(target.holding))
    return differing.length === 0
      ? { kind: 'was_there', survey }
      : { kind: 'other_there', differing }
  }
  await target.begin()
  const survey = await copyAll(source.holding, target.holding)
  const { damaged } = survey
  if (damaged.length > 0 && !leaveDamaged) return { kind: 'damaged', damaged }
  const differing = differences(survey, await surveyOf(target.holding))
  await source.stillAlone()
  if (differing.length > 0) return { kind: 'differs', differing }
  await target.finish()
  return { kind: 'moved', survey, damaged }
}
