/** The endpoints that take files and hand them out. */

import { addJob, jobNamed } from '../../world/jobs'
import {
  addMedia,
  keptBytes,
  madeUpContent,
  mediaNamed,
  mediaTypeOf,
  requireFitting,
} from '../../world/media'
import { randomText } from '../../world/random-text'
import { Refusal } from '../../world/refusals'
import {
  type Answer,
  type ApiCall,
  type Endpoints,
  get,
  ok,
  post,
  postForm,
  withApp,
  withProvider,
} from '../call/endpoint'
import { integer, needs, text } from '../call/fields'
import { readFormFile } from './form-file'
import { mediaReply } from './media-reply'

const upload = async ({ world, query, form }: ApiCall, corpid: string | null): Promise<Answer> => {
  const type = mediaTypeOf(query.get('type'))
  const file = await readFormFile(form, keptBytes)
  requireFitting(world, type, file)
  const { mediaId, createdAt } = addMedia(world, { ...file, type, corpid })
  return { ...ok, type, media_id: mediaId, created_at: String(Math.floor(createdAt / 1000)) }
}

/** A picture for the text of messages: it has an address instead of a media_id. */
const uploadPicture = async ({ world, form }: ApiCall): Promise<Answer> => {
  requireFitting(world, 'image', await readFormFile(form, 0))
  return { ...ok, url: `https://wework.qpic.cn/wwpic/${randomText(world.random, 32)}/0` }
}

/** What a large file weighs that WeCom is told to fetch: the simulator fetches nothing. */
const fetchedBytes = 1024

export const mediaEndpoints: Endpoints = {
  '/cgi-bin/media/upload': postForm(withApp((call, { company }) => upload(call, company.corpid))),

  '/cgi-bin/service/media/upload': postForm(withProvider((call) => upload(call, null))),

  '/cgi-bin/media/uploadimg': postForm(withApp(uploadPicture)),

  '/cgi-bin/media/get': get(
    withApp(
      needs({ media_id: text(40007) }, ({ media_id }, { world, range }, { company }) =>
        mediaReply(mediaNamed(world, company.corpid, media_id), range),
      ),
    ),
  ),

  '/cgi-bin/media/upload_by_url': post(
    withApp(
      needs(
        { scene: integer(), type: text(), filename: text(), url: text(), md5: text() },
        ({ scene, type, filename, url, md5 }, { world }, { company: { corpid } }) => {
          if (scene !== 1 || !/^https?:/.test(url)) throw new Refusal(40058)
          if (!/^[0-9a-f]{32}$/i.test(md5)) throw new Refusal(40058)
          const file = { filename, ...madeUpContent(fetchedBytes) }
          const { mediaId, createdAt } = addMedia(world, {
            ...file,
            type: mediaTypeOf(type),
            corpid,
          })
          const detail = {
            ...ok,
            media_id: mediaId,
            created_at: String(Math.floor(createdAt / 1000)),
          }
          return { ...ok, jobid: addJob(world, corpid, { status: 2, detail }) }
        },
      ),
    ),
  ),

  '/cgi-bin/media/get_upload_by_url_result': post(
    withApp(
      needs({ jobid: text() }, ({ jobid }, { world }, { company }) => ({
        ...ok,
        ...jobNamed(world, company.corpid, jobid),
      })),
    ),
  ),
}
