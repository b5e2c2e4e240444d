/**
 * A body made of frames, none before the last was taken, and for no reader that stopped reading.
 */
import { type Clock, secondMs } from '../../../clock'

/**
 * A reader that takes nothing for so long is cut. Until then no more than one frame waits for it.
 */
export const patienceMs = 30 * secondMs

/**
 * Reads no further ahead than one frame, so a reader that stops costs nothing but its connection.
 *
 * @param parts.cutFrame the last that such a reader gets, if it ever reads again
 * @param parts.onEnd called once: the reader is gone or cut, or the frames have ended or failed
 */
export const patientBody = (parts: {
  frames: AsyncGenerator<string>
  cutFrame: string
  clock: Clock
  onEnd(error?: unknown): void
}): ReadableStream<Uint8Array> => {
  const { frames, cutFrame, clock, onEnd } = parts
  const encoder = new TextEncoder()
  let isOver = false
  let stopWatch: () => void = () => undefined

  const end = (error?: unknown) => {
    if (isOver) return
    isOver = true
    stopWatch()
    onEnd(error)
  }

  return new ReadableStream({
    async pull(controller) {
      stopWatch()
      try {
        const next = await frames.next()
        if (isOver) return
        if (next.done) {
          end()
          controller.close()
          return
        }
        controller.enqueue(encoder.encode(next.value))
        stopWatch = clock.alarm(patienceMs, () => {
          end()
          controller.enqueue(encoder.encode(cutFrame))
          controller.close()
        })
      } catch (error) {
        if (isOver) return
        end(error)
        // What was sent is whole: the reader connects again and goes on behind it.
        controller.close()
      }
    },
    cancel: () => end(),
  })
}
