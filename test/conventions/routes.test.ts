/** Every route says what it answers, in a schema: what a schema doesn't list can't leak. */
import { afterAll, expect, test } from 'bun:test'
import { createScene } from '../scene'

const { service } = await createScene()
const { routes } = service.app

/** Routes that people and browsers read: they stand in no document. */
const isHidden = ({ hooks }: (typeof routes)[number]): boolean => hooks?.detail?.hide === true

test('every route declares its answers: the good one and how it can fail', () => {
  const shown = routes.filter((route) => !isHidden(route))
  const silent = shown
    .filter(({ hooks }) => ![200, 201, 202, 204].some((status) => hooks?.response?.[status]))
    .map(({ method, path }) => `${method} ${path}`)
  expect(shown.length).toBeGreaterThan(20)
  expect(silent).toEqual([])
})

test('every route says in one line what it is for, and belongs to a group', () => {
  const nameless = routes
    .filter((route) => !isHidden(route))
    .filter(({ hooks }) => !hooks?.detail?.summary || !hooks.detail.tags?.length)
    .map(({ method, path }) => `${method} ${path}`)
  expect(nameless).toEqual([])
})

test('what is hidden only reads: pages, assets and preflights', () => {
  const writing = routes
    .filter((route) => isHidden(route) && !['GET', 'OPTIONS'].includes(route.method))
    .map(({ method, path }) => `${method} ${path}`)
  expect(writing).toEqual([])
})

test('no route pays for cookies and headers that it doesn’t read, nor makes its answer twice', () => {
  const paying = routes
    .filter((route) => /parseCookie|toJSON/.test(String(route.compile())))
    .map(({ method, path }) => `${method} ${path}`)
  expect(paying).toEqual([])
})

afterAll(() => service.stop())
