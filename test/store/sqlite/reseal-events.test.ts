import { describe, expect, test } from 'bun:test'
import { randomBytes } from 'node:crypto'
import { type Sealing, withoutKey } from '../../../src/store/driver/sealing'
import { resealEvents } from '../../../src/store/sqlite/reseal-events'
import { event } from '../conformance/records'
import { idOfKey, sealedWith } from '../sealed-with'
import { useSqliteBench } from './sqlite-bench'

const events = 250

describe('sealing all bodies anew', () => {
  const bench = useSqliteBench()

  const bodyOf = (n: number) => `<xml>secret-${n}-${'x'.repeat((n % 20) * 300)}</xml>`

  const fill = async (sealing: Sealing) => {
    const log = bench.open(sealing)
    await Promise.all(
      Array.from({ length: events }, (_, n) => log.append(event(n, { body: bodyOf(n) }))),
    )
    await log.append(event(events, { body: '' }))
    await log.close()
  }

  const reseal = (sealing: Sealing) => resealEvents({ path: bench.path, log: bench.log, sealing })

  /** How many bodies begin with what. */
  const beginnings = async () => {
    const log = bench.open()
    const rows = bench.db
      .query<{ beginning: string; count: number }, []>(
        `SELECT CASE WHEN body LIKE 'enc:%' THEN substr(body, 8, 12) ELSE substr(body, 1, 5) END
           AS beginning, count(*) AS count FROM events GROUP BY beginning`,
      )
      .all()
    await log.close()
    return Object.fromEntries(rows.map(({ beginning, count }) => [beginning, count]))
  }

  const opensEverything = async (sealing: Sealing) => {
    const log = bench.open(sealing)
    for (let n = 0; n < events; n++) expect((await log.get(event(n).id))?.body).toBe(bodyOf(n))
    expect((await log.get(event(events).id))?.body).toBe('')
    await log.close()
  }

  test.each([
    ['in clear', withoutKey, sealedWith('b')],
    ['with the key before', sealedWith('a'), sealedWith('b', 'a')],
  ])('seals what was %s with the current key; what is empty stays so', async (_, old, now) => {
    await fill(old)
    expect(reseal(now)).toEqual({ rewritten: events, leftOut: [] })
    expect(await beginnings()).toEqual({ '': 1, [idOfKey('b')]: events })
    await opensEverything(sealedWith('b'))
  })

  test('seals the pending secret of an event too, though its body is sealed already', async () => {
    const before = bench.open(withoutKey)
    await before.append(event(1, { body: '' }))
    await before.savePendingSecret(event(1).id, 'a kept secret', null)
    await before.close()
    expect(reseal(sealedWith('b'))).toEqual({ rewritten: 1, leftOut: [] })
    expect((await bench.bytes()).includes('a kept secret')).toBe(false)
    const log = bench.open(sealedWith('b'))
    expect(await log.get(event(1).id)).toMatchObject({ body: '', pendingSecret: 'a kept secret' })
    await log.close()
    expect(reseal(sealedWith('b')).rewritten).toBe(0)
  })

  test('leaves nothing of what stood there before in any byte', async () => {
    await fill(withoutKey)
    expect((await bench.bytes()).includes('<xml>secret-1')).toBe(true)
    reseal(sealedWith('b'))
    const bytes = await bench.bytes()
    for (const word of ['secret-', 'xxxxxxxx']) expect(bytes.includes(word)).toBe(false)
  })

  test('writes nothing a second time', async () => {
    await fill(withoutKey)
    reseal(sealedWith('b'))
    expect(reseal(sealedWith('b'))).toEqual({ rewritten: 0, leftOut: [] })
  })

  test.each([0, 1, 120, 249])(
    'broken off after %i bodies leaves everything readable, and repeated it is done',
    async (count) => {
      await fill(sealedWith('a'))
      let sealed = 0
      const breakingOff = sealedWith('b', 'a', (size) => {
        if (sealed++ === count) throw new Error('killed')
        return randomBytes(size)
      })
      expect(() => reseal(breakingOff)).toThrow('killed')
      await opensEverything(sealedWith('b', 'a'))
      expect(reseal(sealedWith('b', 'a')).leftOut).toEqual([])
      expect(await beginnings()).toEqual({ '': 1, [idOfKey('b')]: events })
      await opensEverything(sealedWith('b'))
    },
  )

  test('leaves a body that does not open as it is, names its event and goes on', async () => {
    await fill(sealedWith('a'))
    const log = bench.open()
    const copied = 'UPDATE events SET body = (SELECT body FROM events WHERE id = ?) WHERE id = ?'
    bench.db.query(copied).run(event(1).id, event(7).id)
    await log.close()
    const { rewritten, leftOut } = reseal(sealedWith('b', 'a'))
    expect(rewritten).toBe(events - 1)
    expect(leftOut.map(({ id }) => id)).toEqual([event(7).id])
    expect(await beginnings()).toEqual({ '': 1, [idOfKey('a')]: 1, [idOfKey('b')]: events - 1 })
  })
})
