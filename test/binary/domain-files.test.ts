import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { sendRaw } from './socket'
import type { Suited } from './suited'
import { useWorkshop } from './workshop'

/** All cases share one service; each has files of its own. */
const workshop = useWorkshop(afterAll)

let dataDir: string
let suited: Suited

beforeAll(async () => {
  dataDir = await workshop.folder()
  suited = await workshop.serviceFor(workshop.wecom(), dataDir, {
    SUITED_DOMAIN_FILES: ' WW_verify_Configured1.txt:content-of-1 , WW_verify_Bare2.txt ',
  })
})

const get = async (path: string) => {
  const answer = await fetch(suited.url + path)
  return { status: answer.status, text: await answer.text(), headers: answer.headers }
}

/** A file that an operator puts into the folder of the data folder. */
const put = (name: string, content: string) => {
  mkdirSync(join(dataDir, 'domain'), { recursive: true })
  writeFileSync(join(dataDir, 'domain', name), content)
}

describe('a domain-ownership file', () => {
  test('of the setting is served as plain text; without content, its name says it', async () => {
    const { status, text, headers } = await get('/WW_verify_Configured1.txt')
    expect([status, text]).toEqual([200, 'content-of-1'])
    expect(headers.get('content-type')).toStartWith('text/plain')
    expect(await get('/WW_verify_Bare2.txt')).toMatchObject({ status: 200, text: 'Bare2' })
  })

  test('of the folder is served as it lies there, from the moment it does', async () => {
    expect((await get('/WW_verify_Folder3.txt')).status).toBe(404)
    put('WW_verify_Folder3.txt', 'content-of-3')
    put('MP_verify_Folder4.txt', 'content-of-4\n')
    expect(await get('/WW_verify_Folder3.txt')).toMatchObject({ status: 200, text: 'content-of-3' })
    expect((await get('/MP_verify_Folder4.txt')).text).toBe('content-of-4\n')
    rmSync(join(dataDir, 'domain', 'WW_verify_Folder3.txt'))
    expect((await get('/WW_verify_Folder3.txt')).status).toBe(404)
  })

  test('that nobody configured is never made up', async () => {
    for (const path of ['/WW_verify_Other5.txt', '/MP_verify_Configured1.txt', '/WW_verify_.txt']) {
      const { status, text } = await get(path)
      expect([path, status]).toEqual([path, 404])
      expect(JSON.parse(text)).toMatchObject({ code: 'not_found' })
    }
  })
})

test('no path leads to another file, however it is written', async () => {
  put('WW_verify_Real.txt', 'real')
  put('secret.txt', 'a-secret-of-the-folder')
  writeFileSync(join(dataDir, 'WW_verify_Above.txt'), 'a-secret-above')
  mkdirSync(join(dataDir, 'domain', 'WW_verify_Folder.txt'))
  const { host } = new URL(suited.url)
  for (const path of [
    '/secret.txt',
    '/domain/WW_verify_Real.txt',
    '/WW_verify_../secret.txt',
    '/WW_verify_%2e%2e%2fsecret.txt',
    '/WW_verify_..%2f..%2fWW_verify_Above.txt',
    '/WW_verify_/../../WW_verify_Above.txt',
    '/WW_verify_..\\WW_verify_Above.txt',
    '/WW_verify_Real.txt/../secret.txt',
    '/WW_verify_Real.txt%00',
    '/WW_verify_Real',
    '/WW_verify_Real.txt.txt',
    '/WW_verify_Folder.txt',
    '/ww_verify_Real.txt',
    '//WW_verify_Above.txt',
    '/./secret.txt',
  ]) {
    const answer = await sendRaw(
      suited.url,
      `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`,
    )
    expect([path, answer.slice(0, 10)]).not.toEqual([path, 'HTTP/1.1 2'])
    expect([path, /a-secret/.test(answer)]).toEqual([path, false])
  }
  expect((await get('/WW_verify_Real.txt')).text).toBe('real')
})

test('a link in the folder is followed: it is the operator’s own', async () => {
  put('elsewhere', 'linked')
  symlinkSync('elsewhere', join(dataDir, 'domain', 'WW_verify_Link.txt'))
  expect((await get('/WW_verify_Link.txt')).text).toBe('linked')
})
