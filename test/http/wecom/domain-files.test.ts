import { describe, expect, test } from 'bun:test'
import { createScene, jsonOf } from '../../scene'

const domainFiles = {
  'WW_verify_abc123.txt': 'abc123',
  'MP_verify_XYZ.txt': 'content of its own',
  'secret.txt': 'never served',
}

const get = async (path: string, method = 'GET') =>
  (await createScene({ domainFiles })).request(path, { method })

describe('a domain-ownership file', () => {
  test.each([
    ['/WW_verify_abc123.txt', 'abc123'],
    ['/MP_verify_XYZ.txt', 'content of its own'],
  ])('%s is served as plain text, as it was configured', async (path, content) => {
    const answer = await get(path)
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-type')).toMatch(/^text\/plain/)
    expect(await answer.text()).toBe(content)
  })

  test.each([
    '/WW_verify_other.txt',
    '/WW_verify_ABC123.txt',
    '/WW_verify_.txt',
    '/WW_verify_abc123',
    '/WW_verify_abc123.txt.bak',
    '/WW_verify_abc123.html',
    '/WW_verify_..%2f..%2fsecret.txt',
    '/WW_verify_%2e%2e%2fsecret.txt',
    '/WW_verify_abc123.txt%00',
    '/WW_verify_abc123.txt%0a',
    `/WW_verify_${'a'.repeat(65)}.txt`,
    '/WW_verify_../secret.txt',
    '/secret.txt',
    '/domain/WW_verify_abc123.txt',
    '/callback/WW_verify_abc123.txt',
  ])('is not made up for %s', async (path) => {
    const answer = await get(path)
    expect(answer.status).toBe(404)
    const problem = await jsonOf(answer)
    expect(problem.code).toBe('not_found')
    expect(JSON.stringify(problem)).not.toContain('never served')
  })

  test('that is not there says where to put it', async () => {
    const { detail } = await jsonOf(await get('/WW_verify_other.txt'))
    expect(detail).toContain('SUITED_DOMAIN_FILES')
    expect(detail).toContain('domain')
  })

  test('takes no other method', async () => {
    const answer = await get('/WW_verify_abc123.txt', 'POST')
    expect(answer.status).toBe(405)
    expect((await jsonOf(answer)).code).toBe('method_not_allowed')
  })
})
