/** A callback URL saved in the simulator's console, once the service behind it is up. */
import { type Clock, secondMs } from '../../clock'
import { notSent, type PushResult } from '../../simulator/push/delivery'

const betweenTriesMs = secondMs

/** What proxies answer while nothing stands behind them. */
const downStatuses: readonly (number | null)[] = [502, 503, 504]

/** Whether nobody is there yet, and not somebody who answers wrongly. */
export const isDown = ({ problem, status }: PushResult): boolean =>
  problem === 'unreachable' || problem === 'timeout' || downStatuses.includes(status)

/**
 * Tries until somebody answers.
 *
 * @param check saves the URL if its answer is right
 * @param onWaiting told once, if nobody answers at first
 */
export const saveWhenUp = async (
  check: () => Promise<PushResult | undefined>,
  { clock, onWaiting }: { clock: Clock; onWaiting(): void },
): Promise<PushResult> => {
  for (let tries = 1; ; tries++) {
    const result = (await check()) ?? notSent('There is no such URL.')
    if (!isDown(result)) return result
    if (tries === 1) onWaiting()
    await clock.sleep(betweenTriesMs)
  }
}
