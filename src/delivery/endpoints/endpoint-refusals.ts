/** Why what an operator asks of an endpoint is refused. */
import { ServiceError } from '../../errors'

export const notThere = () => new ServiceError('not_found', 'There is no endpoint of this name.')

export const noReplay = () =>
  new ServiceError('not_found', 'There is no such replay of this endpoint.')

export const ofSettings = (name: string) =>
  new ServiceError(
    'conflict',
    `The endpoint ${name} stands in the settings: change it there and send SIGHUP.`,
  )

export const ofOtherReplica = (name: string) =>
  new ServiceError(
    'conflict',
    `The endpoint ${name} stands in the settings of other replicas, and not of the one that was asked: give all of them the same settings.`,
  )

export const alsoOfOtherReplica = (name: string) =>
  new ServiceError(
    'conflict',
    `The endpoint ${name} was made by API and stands in the settings of other replicas, too: removed, it would take with it what waits for theirs. Remove it from those settings first.`,
  )
