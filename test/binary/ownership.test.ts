import { expect, test } from 'bun:test'
import { useWorkshop } from './workshop'

const workshop = useWorkshop()

test('a second process on the same folder exits 75 and names the pid of the first, which goes on', async () => {
  const wecom = workshop.wecom()
  const dataDir = await workshop.folder()
  const first = await workshop.serviceFor(wecom, dataDir)
  const env = { ...wecom.settings, SUITED_DATA_DIR: dataDir }
  const second = await workshop.run(['serve'], { env })
  expect(second.exitCode).toBe(75)
  expect(second.stderr).toMatch(new RegExp(`\\b${first.process.pid}\\b`))
  await wecom.giveTicket(first)
  expect(first.process.exitCode).toBeNull()
})

test('after kill -9 the folder is free at once, time after time', async () => {
  const wecom = workshop.wecom()
  const dataDir = await workshop.folder()
  for (let i = 0; i < 2; i++) {
    const suited = await workshop.serviceFor(wecom, dataDir)
    await suited.process.kill()
  }
  await wecom.giveTicket(await workshop.serviceFor(wecom, dataDir))
})

test('a port that is taken exits 69, names it and leaves the folder free', async () => {
  const wecom = workshop.wecom()
  const first = await workshop.serviceFor(wecom, await workshop.folder())
  const { port } = new URL(first.url)
  const dataDir = await workshop.folder()
  const env = { ...wecom.settings, SUITED_DATA_DIR: dataDir, SUITED_PORT: port }
  const second = await workshop.run(['serve'], { env })
  expect(second.exitCode).toBe(69)
  expect(second.stderr).toContain(port)
  await wecom.giveTicket(await workshop.serviceFor(wecom, dataDir))
})
