/** The simulator that `suited simulate` and `suited demo` serve: it pushes through the network. */
import { systemClock } from '../../clock'
import { createRandom } from '../../runtime/process/randomness'
import { createSimulator, type SimulatorOptions } from '../../simulator/simulator'

/** With the clock, the chance and the network of this process. */
export const simulatorOnTheNetwork = (
  options: Omit<SimulatorOptions, 'clock' | 'random' | 'send'>,
) =>
  createSimulator({
    ...options,
    clock: systemClock,
    random: createRandom(),
    send: (url, init) => fetch(url, init),
  })
