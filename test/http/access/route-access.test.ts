/** Every route of the API has its row: who may use it, and what the audit log calls it. */
import { afterAll, describe, expect, test } from 'bun:test'
import { routeAccess } from '../../../src/http/access/route-access'
import { createScene } from '../../scene'

const { service } = await createScene()
afterAll(() => service.stop())

const routes = service.app.routes
  .filter(({ path }) => path.startsWith('/api/'))
  .map(({ method, path }) => `${method} ${path}`)
const rows = Object.entries(routeAccess)

describe('the table of who may use which route', () => {
  test('has a row for every route of /api; if not: add it to http/access/route-access.ts', () => {
    expect(routes.filter((route) => !(route in routeAccess))).toEqual([])
    expect(routes.length).toBeGreaterThan(20)
  })

  test('has a route for every row', () => {
    expect(rows.map(([route]) => route).filter((route) => !routes.includes(route))).toEqual([])
  })

  test('opens to the scope read what reads, and nothing else', () => {
    const read = rows.filter(([, { scopes }]) => scopes.includes('read'))
    expect(read.filter(([route]) => !route.startsWith('GET '))).toEqual([])
    expect(read.filter(([, { audit }]) => audit !== null)).toEqual([])
  })

  test('gives whatever writes or reveals a name for the audit log', () => {
    const silent = rows.filter(([, { audit }]) => audit === null)
    expect(silent.filter(([, { scopes }]) => !scopes.includes('read'))).toEqual([])
  })

  test('finds limits where an address names a company or a suite', () => {
    const wrong = rows.filter(
      ([route, { about }]) =>
        route.includes('/:corpid') !== (about === 'corp') ||
        route.includes('/:suite/') !== (about === 'suite'),
    )
    expect(wrong).toEqual([])
  })
})
