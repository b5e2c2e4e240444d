import { describe, expect, test } from 'bun:test'
import { createManualClock } from './manual-clock'

const startMs = 1_700_000_000_000

describe('the manual clock', () => {
  test('stands still until it is moved', async () => {
    const clock = createManualClock(startMs)
    await new Promise((resolve) => setImmediate(resolve))
    expect(clock.now()).toBe(startMs)
    await clock.advance(250)
    expect(clock.now()).toBe(startMs + 250)
  })

  test('wakes a sleeper when its time has come and not a millisecond before', async () => {
    const clock = createManualClock(startMs)
    let awake = false
    clock.sleep(100).then(() => {
      awake = true
    })
    await clock.advance(99)
    expect(awake).toBe(false)
    expect(clock.pending).toBe(1)
    await clock.advance(1)
    expect(awake).toBe(true)
    expect(clock.pending).toBe(0)
  })

  test('rings an alarm when its time has come, unless it was ended before', async () => {
    const clock = createManualClock(startMs)
    const rung: string[] = []
    clock.alarm(100, () => rung.push('left on'))
    const end = clock.alarm(100, () => rung.push('ended'))
    end()
    await clock.advance(99)
    expect(rung).toEqual([])
    await clock.advance(1)
    expect(rung).toEqual(['left on'])
    expect(clock.pending).toBe(0)
  })

  test('wakes whoever slept through a leap once, at its end', async () => {
    const clock = createManualClock(startMs)
    const wokenAt: number[] = []
    const everyHundred = async () => {
      for (;;) {
        await clock.sleep(100)
        wokenAt.push(clock.now() - startMs)
      }
    }
    void everyHundred()
    await clock.leap(1050)
    expect(wokenAt).toEqual([1050])
    await clock.advance(100)
    expect(wokenAt).toEqual([1050, 1150])
  })

  test('strides through hours in leaps of five minutes, to the millisecond', async () => {
    const clock = createManualClock(startMs)
    let woken = 0
    const everySecond = async () => {
      for (;;) {
        await clock.sleep(1000)
        woken += 1
      }
    }
    void everySecond()
    await clock.stride(3_600_001)
    expect([clock.now() - startMs, woken]).toEqual([3_600_001, 12])
  })

  test('wakes sleepers in the order of their times, each seeing its own time', async () => {
    const clock = createManualClock(startMs)
    const woken: string[] = []
    const sleeper = (name: string, ms: number) =>
      clock.sleep(ms).then(() => woken.push(`${name}@${clock.now() - startMs}`))
    sleeper('late', 300)
    sleeper('early', 100)
    sleeper('late too', 300)
    sleeper('middle', 200)
    await clock.advance(1000)
    expect(woken).toEqual(['early@100', 'middle@200', 'late@300', 'late too@300'])
  })

  test('lets a chain of sleeps unfold within one move', async () => {
    const clock = createManualClock(startMs)
    const ticks: number[] = []
    const run = async () => {
      for (let tick = 0; tick < 5; tick++) {
        await clock.sleep(10)
        ticks.push(clock.now() - startMs)
      }
    }
    run()
    await clock.advance(50)
    expect(ticks).toEqual([10, 20, 30, 40, 50])
  })

  test('waits for macrotasks between two steps', async () => {
    const clock = createManualClock(startMs)
    const seen: number[] = []
    const run = async () => {
      await clock.sleep(10)
      await new Promise((resolve) => setImmediate(resolve))
      await new Promise((resolve) => setImmediate(resolve))
      await clock.sleep(10)
      seen.push(clock.now() - startMs)
    }
    run()
    await clock.advance(100)
    expect(seen).toEqual([20])
  })

  test('sees sleeps that began just before the move', async () => {
    const clock = createManualClock(startMs)
    let awakeAt = 0
    const run = async () => {
      await Promise.resolve()
      await clock.sleep(10)
      awakeAt = clock.now()
    }
    run()
    await clock.advance(10)
    expect(awakeAt).toBe(startMs + 10)
  })

  test('ends a sleep at once when its signal aborts, and forgets it', async () => {
    const clock = createManualClock(startMs)
    const abort = new AbortController()
    const sleeping = clock.sleep(1000, abort.signal)
    abort.abort()
    await sleeping
    expect(clock.now()).toBe(startMs)
    expect(clock.pending).toBe(0)
  })

  test('does not sleep at all under an aborted signal', async () => {
    const clock = createManualClock(startMs)
    await clock.sleep(1000, AbortSignal.abort())
    expect(clock.pending).toBe(0)
  })

  test('a sleep of nothing ends without the clock being moved', async () => {
    const clock = createManualClock(startMs)
    await clock.sleep(0)
    await clock.sleep(-5)
    expect(clock.now()).toBe(startMs)
  })
})
