import { describe, expect, test } from 'bun:test'
import { createHash } from 'node:crypto'
import { dayMs } from '../../../../src/clock'
import { corpid, createBox, type Json, otherCorpid } from '../../box'

const host = 'https://qyapi.weixin.qq.com'
const uploadPath = '/cgi-bin/media/upload'
const getPath = '/cgi-bin/media/get'

const form = (
  bytes: string | Uint8Array<ArrayBuffer> | ArrayBuffer,
  filename = 'a.png',
  field = 'media',
) => {
  const body = new FormData()
  body.append('before', 'another field')
  body.append(field, new Blob([bytes]), filename)
  return body
}

const setUp = async () => {
  const box = createBox()
  const access_token = await box.corpToken()
  const address = (path: string, query: Record<string, string>) =>
    `${host}${path}?${new URLSearchParams({ access_token, ...query })}`
  return {
    ...box,
    access_token,
    upload: async (
      body: FormData | ReadableStream | string,
      type = 'file',
      path = uploadPath,
      init = {},
    ) =>
      (await (
        await box.simulator.fetch(address(path, { type }), { method: 'POST', body, ...init })
      ).json()) as Json,
    download: (mediaId: unknown, init?: RequestInit) =>
      box.simulator.fetch(address(getPath, { media_id: String(mediaId) }), init),
  }
}

describe('an uploaded file', () => {
  test('comes back byte for byte, with its type and its name', async () => {
    const { upload, download } = await setUp()
    const bytes = crypto.getRandomValues(new Uint8Array(50_000))
    const { media_id, ...answer } = await upload(form(bytes, '报告 "1".pdf'))
    expect(answer).toMatchObject({ errcode: 0, type: 'file', created_at: '1700000000' })
    const response = await download(media_id)
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(bytes)
    expect(response.headers.get('content-type')).toBe('application/pdf')
    expect(response.headers.get('content-disposition')).toStartWith('attachment; filename="')
  })

  test('may hold what looks nearly like the end of the form', async () => {
    const { upload, download } = await setUp()
    const content = '\r\n--edg\r--edge\r\n-\r\n\r\n--e'
    const head = 'content-disposition: form-data; name=media; filename=a.txt'
    const text = `--edge\r\n${head}\r\n\r\n${content}\r\n--edge--\r\nbehind`
    // Byte by byte: every cut falls somewhere once.
    const body = new ReadableStream({
      start(sink) {
        for (const byte of Buffer.from(text)) sink.enqueue(Uint8Array.of(byte))
        sink.close()
      },
    })
    const headers = { 'content-type': 'multipart/form-data; boundary=edge' }
    const { media_id } = await upload(body, 'file', uploadPath, { headers })
    expect(await (await download(media_id)).text()).toBe(content)
  })

  test('is shared inside the company, unknown outside it, and gone after three days', async () => {
    const { clock, upload, download, corpToken, get } = await setUp()
    const { media_id } = await upload(form('content'))
    const other = await corpToken(otherCorpid)
    const asked = { access_token: other, media_id: String(media_id) }
    expect((await get(getPath, asked)).errcode).toBe(40007)
    await clock.advance(3 * dayMs)
    expect(await (await download(media_id)).json()).toMatchObject({ errcode: 42001 })
    const access_token = await corpToken()
    const late = await get(getPath, { access_token, media_id: String(media_id) })
    expect(late.errcode).toBe(40007)
  })

  test.each<[number, string, FormData | string, string]>([
    [40004, 'an unknown type', form('content'), 'film'],
    [40005, 'a picture that is called otherwise', form('content', 'a.txt'), 'image'],
    [40006, 'five bytes', form('12345'), 'file'],
    [44001, 'no bytes at all', form(''), 'file'],
    [40006, 'a voice of over 2 MiB', form(new Uint8Array(2 ** 21 + 1), 'a.amr'), 'voice'],
    [41005, 'a form without the field media', form('content', 'a.txt', 'file'), 'file'],
    [41005, 'no form', '{}', 'file'],
  ])('is refused with %i for %s', async (errcode, _, body, type) => {
    const { upload } = await setUp()
    expect((await upload(body, type)).errcode).toBe(errcode)
  })

  test.each(['multipart/form-data', 'multipart/form-data; boundary=other'])(
    'is refused with 47001 when %s does not fit its body',
    async (type) => {
      const { upload } = await setUp()
      const init = { headers: { 'content-type': type } }
      const body = '--edge\r\ncontent-disposition: form-data; name=media; filename=a\r\n\r\n123456'
      expect((await upload(body, 'file', uploadPath, init)).errcode).toBe(47001)
    },
  )

  test('is refused as JSON is where JSON is wanted', async () => {
    const { upload } = await setUp()
    expect((await upload(form('x'), 'file', '/cgi-bin/message/send')).errcode).toBe(47001)
  })

  test('for the text of a message gets an address instead', async () => {
    const { upload } = await setUp()
    const { url } = await upload(form('content'), 'image', '/cgi-bin/media/uploadimg')
    expect(url).toStartWith('https://wework.qpic.cn/')
  })
})

describe('a download', () => {
  test.each<[string, number, string, string]>([
    ['bytes=0-3', 206, '0123', 'bytes 0-3/10'],
    ['bytes=7-', 206, '789', 'bytes 7-9/10'],
    ['bytes=-2', 206, '89', 'bytes 8-9/10'],
    ['bytes=8-99', 206, '89', 'bytes 8-9/10'],
    ['bytes=10-', 416, '', 'bytes */10'],
  ])('of the range %s answers %i with %j', async (range, status, text, contentRange) => {
    const { upload, download } = await setUp()
    const { media_id } = await upload(form('0123456789'))
    const response = await download(media_id, { headers: { range } })
    expect(response.status).toBe(status)
    expect(await response.text()).toBe(text)
    expect(response.headers.get('content-range')).toBe(contentRange)
  })

  test('can come compressed although nobody asked for it', async () => {
    const { upload, download, simulator } = await setUp()
    const { media_id } = await upload(form('0123456789'))
    simulator.faults.add({ path: getPath, garbage: 'compressed' })
    const response = await download(media_id)
    expect(response.headers.get('content-encoding')).toBe('gzip')
    expect(
      Buffer.from(Bun.gunzipSync(new Uint8Array(await response.arrayBuffer()))).toString(),
    ).toBe('0123456789')
  })
})

describe('files of any size', () => {
  test('are made up for downloads, and only size and hash of large uploads are kept', async () => {
    const { upload, download, post, simulator } = await setUp()
    const size = 21 * 2 ** 20 + 7
    const made = await post('/simulator/media', {}, { corpid, size, filename: 'big.mp4' })
    const bytes = await (await download(made.mediaId)).arrayBuffer()
    const sha256 = createHash('sha256').update(new Uint8Array(bytes)).digest('hex')
    expect({ size: bytes.byteLength, sha256 }).toEqual({ size, sha256: String(made.sha256) })

    expect((await upload(form(bytes))).errcode).toBe(40006)
    simulator.world.rules.largestMediaBytes = 2 ** 27
    const { media_id } = await upload(form(bytes))
    expect(simulator.world.media.get(String(media_id))).toMatchObject({
      size,
      sha256,
      content: null,
    })
    expect(await (await download(media_id)).json()).toMatchObject({ errcode: 40007 })
  })
})
