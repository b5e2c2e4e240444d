import { afterAll, beforeAll, expect, test } from 'bun:test'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CacheInterface, Work } from 'node-easywechat'
import { corpid, createBox, templateId, worker } from './box'

/** Its own cache is of files. */
class MemoryCache extends CacheInterface {
  private readonly values = new Map<string, unknown>()
  override get = async (key: string) => this.values.get(key)
  override has = async (key: string) => this.values.has(key)
  override delete = async (key: string) => this.values.delete(key)
  override set = async (key: string, value: unknown) => {
    this.values.set(key, value)
    return true
  }
}

const { simulator } = createBox()
let folder = ''
let work: Work

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'simulator-easywechat-'))
  simulator.app.listen(0)
  const { installation } = await simulator.pusher.install(templateId, corpid)
  work = new Work({
    corp_id: corpid,
    secret: installation.permanentCode,
    token: 'token',
    aes_key: 'jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C',
    http: { baseURL: `http://127.0.0.1:${simulator.app.server?.port}/` },
  })
  work.setCache(new MemoryCache())
})

afterAll(async () => {
  await simulator.app.stop(true)
  await rm(folder, { recursive: true, force: true })
})

test("node-easywechat's Work client reads a member", async () => {
  const answer = await work.getClient().get('cgi-bin/user/get', { params: { userid: worker } })
  expect(answer.toObject()).toMatchObject({ errcode: 0, userid: worker })
})

test("node-easywechat's Work client uploads a file and downloads the same bytes", async () => {
  const file = join(folder, 'report.pdf')
  const bytes = Buffer.from(crypto.getRandomValues(new Uint8Array(300_000)))
  await writeFile(file, bytes)
  const client = work.getClient()
  const params = { type: 'file' }
  const uploaded = await client.withFile(file, 'media').post('cgi-bin/media/upload', { params })
  const { media_id } = uploaded.toObject() as { media_id: string }
  const downloaded = await client.get('cgi-bin/media/get', {
    params: { media_id },
    responseType: 'arraybuffer',
  })
  expect(downloaded.getHeader('content-type')).toBe('application/pdf')
  const copy = downloaded.saveAs(join(folder, 'copy.pdf'))
  expect(Buffer.compare(await readFile(copy), bytes)).toBe(0)
})
