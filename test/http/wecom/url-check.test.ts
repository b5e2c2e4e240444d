import { describe, expect, test } from 'bun:test'
import { createScene, jsonOf, type Scene } from '../../scene'
import { checkUrl, seal } from './sealed-callback'

const suiteUrls = [
  '/callback/command',
  '/callback/data',
  '/callback/data/$CORPID$',
  '/callback/data/%24CORPID%24',
  '/callback/data/wpCompanyA',
  '/orderUrl',
  '/dataUrl',
  '/verify',
]
const allUrls = ({ suiteId }: Scene): string[] => [
  ...['', '/suites/default', `/suites/${suiteId}`].flatMap((prefix) =>
    suiteUrls.map((path) => `${prefix}${path}`),
  ),
  '/callback/system',
]

describe('the URL check of any address, by any of its names', () => {
  test('is answered with the decrypted echostr and nothing else', async () => {
    const scene = await createScene()
    for (const path of allUrls(scene)) {
      const answer = await checkUrl(scene, { path, message: '1616140317555161061' })
      const type = answer.headers.get('content-type')
      expect([path, answer.status, await answer.text(), type]).toEqual([
        path,
        200,
        '1616140317555161061',
        expect.stringMatching(/^text\/plain/),
      ])
    }
  })

  test('accepts the suite’s id as the receive id', async () => {
    const scene = await createScene()
    for (const path of allUrls(scene)) {
      const answer = await checkUrl(scene, { path, receiveId: scene.suiteId })
      expect([path, answer.status]).toEqual([path, 200])
    }
  })

  test('refuses any other receive id', async () => {
    const scene = await createScene()
    const { corpid } = scene.simulator.world.provider
    const receiveIds = ['wwother', '', scene.corpids[0]!, scene.suiteId.toLowerCase(), `${corpid}x`]
    for (const path of allUrls(scene)) {
      for (const receiveId of receiveIds) {
        const answer = await checkUrl(scene, { path, receiveId })
        const { code } = await jsonOf(answer)
        expect([path, receiveId, answer.status, code]).toEqual([
          path,
          receiveId,
          403,
          'wrong_receiver',
        ])
      }
    }
  })

  test('without WeCom’s parameters says what this address is for', async () => {
    const scene = await createScene()
    for (const path of allUrls(scene)) {
      const answer = await scene.request(path)
      const { detail } = await jsonOf(answer)
      expect([path, answer.status, detail]).toEqual([
        path,
        400,
        expect.stringContaining('You reached suited'),
      ])
    }
  })
})

describe('a URL check', () => {
  test('is answered with the echo as it was, whatever letters it holds', async () => {
    const scene = await createScene()
    const message = 'é文<&>"+ /=%2B'
    expect(await (await checkUrl(scene, { message })).text()).toBe(message)
  })

  test.each(['msg_signature', 'timestamp', 'nonce', 'echostr'])(
    'without %s is none',
    async (name) => {
      const scene = await createScene()
      const { address, ciphertext } = seal(scene, { receiveId: scene.suiteId })
      const [path, query] = `${address}&echostr=${encodeURIComponent(ciphertext)}`.split('?')
      const parameters = query!.split('&').filter((pair) => !pair.startsWith(`${name}=`))
      const answer = await scene.request(`${path}?${parameters.join('&')}`)
      expect(answer.status).toBe(400)
      expect((await jsonOf(answer)).code).toBe('invalid_request')
    },
  )

  /** A check whose ciphertext has plus signs, which proxies and careless decoders spoil. */
  const withPluses = async () => {
    const scene = await createScene()
    for (let n = 0; ; n++) {
      const message = `echo ${n}`
      const sealed = seal(scene, { message, receiveId: scene.suiteId })
      if (sealed.ciphertext.includes('+')) return { scene, message, ...sealed }
    }
  }

  test.each([
    ['stand bare', (ciphertext: string) => ciphertext],
    ['are encoded once', encodeURIComponent],
    ['became blanks', (ciphertext: string) => ciphertext.replaceAll('+', '%20')],
  ])('survives that the plus signs of its echostr %s', async (_, write) => {
    const { scene, message, address, ciphertext } = await withPluses()
    const answer = await scene.request(`${address}&echostr=${write(ciphertext)}`)
    expect(answer.status).toBe(200)
    expect(await answer.text()).toBe(message)
  })

  test('is logged without its echo', async () => {
    const scene = await createScene()
    await checkUrl(scene, { message: 'echo-0123456789' })
    expect(scene.logs).toContainEqual(
      expect.objectContaining({ level: 'info', message: 'WeCom checked a URL', url: 'command' }),
    )
    expect(JSON.stringify(scene.logs)).not.toContain('echo-0123456789')
  })

  test('succeeds for WeCom’s console, which then saves the URLs', async () => {
    const scene = await createScene()
    const checks = await scene.simulator.pusher.saveUrls(scene.suiteId, {
      commandUrl: 'http://localhost/callback/command',
      dataUrl: 'http://localhost/callback/data/$CORPID$',
    })
    expect(checks).toMatchObject({ commandUrl: { ok: true }, dataUrl: { ok: true } })
  })
})

describe('a URL check of an individual provider’s app', () => {
  const individual = (receiveIdEmpty: boolean) =>
    createScene({
      file: ({ world }) => {
        const { token, encodingAesKey, suiteId } = [...world.suites.values()][0]!
        return {
          suites: [
            {
              key: 'own',
              token,
              encoding_aes_key: encodingAesKey,
              id: suiteId,
              receive_id_empty: receiveIdEmpty,
            },
          ],
        }
      },
    })

  test('may have an empty receive id where that is configured', async () => {
    expect((await checkUrl(await individual(true), { receiveId: '' })).status).toBe(200)
  })

  test('may not where it isn’t', async () => {
    expect((await checkUrl(await individual(false), { receiveId: '' })).status).toBe(403)
  })
})

describe('the URL check of the system-event URL with a pair of its own', () => {
  const withSystemPair = async () => {
    const token = 'SystemToken'
    const encodingAesKey = 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG'
    const scene = await createScene({
      env: { WECOM_SYSTEM_TOKEN: token, WECOM_SYSTEM_ENCODING_AES_KEY: encodingAesKey },
    })
    return { scene, check: { path: '/callback/system', token, encodingAesKey } }
  }

  test('takes that pair alone', async () => {
    const { scene, check } = await withSystemPair()
    expect((await checkUrl(scene, check)).status).toBe(200)
    expect((await checkUrl(scene, { path: '/callback/system' })).status).toBe(403)
  })

  test('refuses a foreign receive id', async () => {
    const { scene, check } = await withSystemPair()
    expect((await checkUrl(scene, { ...check, receiveId: 'wwother' })).status).toBe(403)
    expect((await scene.ask('/api/status')).waiting).toMatchObject([
      { code: 'callbacks_refused' },
      { code: 'suite_ticket' },
    ])
  })
})
