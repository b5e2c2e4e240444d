import { describe, expect, test } from 'bun:test'
import { Elysia } from 'elysia'
import { createGroupFinder, routeGroup } from '../../../src/http/answer/route-group'

const pages = routeGroup(
  { audience: 'page' },
  new Elysia({ prefix: '/pages' })
    .get('/sign', () => 'x')
    .post('/sign', () => 'x')
    .get('/:suite/sign', () => 'x')
    .put('/:suite/sign', () => 'x'),
)
const files = routeGroup(
  { audience: 'anyone' },
  new Elysia().get('/WW_verify_:rest', () => 'x').get('/', () => 'x'),
)

const groupAt = createGroupFinder([pages, files])

describe('the group at a path', () => {
  test.each([
    ['/pages/sign', pages, ['GET', 'POST']],
    ['/pages/sign/', pages, ['GET', 'POST']],
    ['/pages/crm/sign', pages, ['GET', 'PUT']],
    ['/pages/crm/sign/', pages, ['GET', 'PUT']],
    ['/pages/%zz/sign', pages, ['GET', 'PUT']],
    ['/WW_verify_a.txt', files, ['GET']],
    ['/', files, ['GET']],
  ])('is the one whose routes are there, with their methods: %s', (path, group, methods) => {
    expect(groupAt(path)).toEqual({ group, methods })
  })

  test.each(['/sign', '/pages', '/pages/a/b/sign', '/pages/sign//', '/WW_verify_', '/none', ''])(
    'is none where no route is: %p',
    (path) => {
      expect(groupAt(path)).toBeNull()
    },
  )
})
