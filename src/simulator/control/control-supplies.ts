/**
 * What a test needs that in WeCom comes from elsewhere: files of any size, codes that a client on a
 * phone would fetch.
 */
import { Elysia, t } from 'elysia'
import { addMedia, type MediaFile, madeUpContent, mediaTypes } from '../world/media'
import type { World } from '../world/world'
import { jsonBody, oneOf } from './control-body'

const MediaBody = t.Object({
  corpid: t.Union([t.String(), t.Null()], { description: "Null: the provider's own." }),
  type: t.Optional(oneOf(mediaTypes)),
  filename: t.Optional(t.String({ minLength: 1 })),
  size: t.Integer({ minimum: 1, maximum: 2 ** 30 }),
})

const described = ({ content, ...file }: MediaFile) => ({ ...file, isKept: content !== null })

export const supplyRoutes = ({ world }: { world: World }) =>
  new Elysia({ prefix: '/simulator' })
    .onParse(jsonBody)
    .get('/media', () => ({ items: [...world.media.values()].map(described) }))
    .post(
      '/media',
      ({ body: { corpid, type, filename = 'made-up.bin', size } }) => {
        const content = madeUpContent(size)
        return described(addMedia(world, { corpid, type: type ?? 'file', filename, ...content }))
      },
      { body: MediaBody },
    )
    .put(
      '/media-limit',
      ({ body }) => {
        world.rules.largestMediaBytes = body.bytes
        return body
      },
      { body: t.Object({ bytes: t.Union([t.Integer({ minimum: 1 }), t.Null()]) }) },
    )
