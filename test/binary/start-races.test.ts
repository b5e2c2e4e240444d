import { expect, test } from 'bun:test'
import { until } from './until'
import { useWorkshop } from './workshop'

const workshop = useWorkshop()

const rounds = Bun.env.SUITED_LONG_TESTS === '1' ? 150 : 3

test(`of two to four that start at once on one folder exactly one gets it, ${rounds} times`, async () => {
  const { settings } = workshop.wecom()
  const env = { ...settings, SUITED_DATA_DIR: await workshop.folder() }
  let told = 0
  for (let round = 0; round < rounds; round++) {
    const atOnce = 2 + (round % 3)
    const started = await Promise.all(
      Array.from({ length: atOnce }, () => workshop.start(['serve'], { env })),
    )
    await until('all to have decided', () =>
      started.every(({ exitCode, stderr }) => exitCode !== null || stderr.includes('is listening')),
    )
    const owners = started.filter(({ exitCode }) => exitCode === null)
    const losers = started.filter(({ exitCode }) => exitCode !== null)
    expect(owners.map(({ pid }) => pid)).toHaveLength(1)
    expect(losers.map(({ exitCode }) => exitCode)).toEqual(losers.map(() => 75))
    for (const { stderr } of losers) {
      const [, named] = /belongs to process (\d+)/.exec(stderr) ?? []
      // Who comes while the owner has not written its name yet can't name it.
      expect([undefined, String(owners[0]?.pid)]).toContain(named)
      if (named !== undefined) told += 1
    }
    await owners[0]?.kill()
  }
  expect(told).toBeGreaterThan(0)
}, 600_000)
