/** Searching the address books of the companies that authorised the provider. No I/O. */

import { departmentsOf } from '../../world/contacts'
import { isAuthorised } from '../../world/installations'
import { addJob, jobNamed } from '../../world/jobs'
import { mediaNamed } from '../../world/media'
import { randomText } from '../../world/random-text'
import { Refusal } from '../../world/refusals'
import type { Company, World } from '../../world/world'
import { type Answer, type Endpoints, get, ok, post, withProvider } from '../call/endpoint'
import { integer, needs, objects, optional, text, textIn, texts } from '../call/fields'

/** Throws 40013 for an unknown company, 48001 for one that has no app of the provider's. */
const searched = (world: World, corpid: string): Company => {
  const company = world.companies.get(corpid)
  if (!company) throw new Refusal(40013)
  if (!isAuthorised(world, corpid)) throw new Refusal(48001)
  return company
}

const found = (company: Company, word: string): Answer => {
  const members = company.members.filter(({ name }) => name.includes(word))
  const departments = departmentsOf(company).filter(({ name }) => name.includes(word))
  return {
    is_last: true,
    query_result: {
      user: {
        userid: members.map(({ userid }) => userid),
        open_userid: members.map(({ openUserid }) => openUserid),
      },
      party: { department_id: departments.map(({ id }) => id) },
    },
  }
}

export const contactSearchEndpoints: Endpoints = {
  '/cgi-bin/service/contact/search': post(
    withProvider(
      needs(
        { auth_corpid: text(41002), query_word: text(40063) },
        ({ auth_corpid, query_word }, { world }) => ({
          ...ok,
          ...found(searched(world, auth_corpid), query_word),
        }),
      ),
    ),
  ),

  '/cgi-bin/service/contact/batchsearch': post(
    withProvider(
      needs(
        { auth_corpid: text(41002), query_request_list: objects(50) },
        ({ auth_corpid, query_request_list }, { world }) => ({
          ...ok,
          query_result_list: query_request_list.map((request) => ({
            query_request: request,
            ...found(searched(world, auth_corpid), textIn(request, 'query_word', 40063)),
          })),
        }),
      ),
    ),
  ),

  '/cgi-bin/service/contact/sort': post(
    withProvider(
      needs(
        { auth_corpid: text(41002), sort_type: optional(integer()), useridlist: texts(1000) },
        ({ auth_corpid, useridlist }, { world }) => {
          const { members } = searched(world, auth_corpid)
          const nameOf = (id: string) => members.find(({ userid }) => userid === id)?.name ?? ''
          const sorted = useridlist.toSorted((a, b) => nameOf(a).localeCompare(nameOf(b), 'zh'))
          return { ...ok, useridlist: sorted }
        },
      ),
    ),
  ),

  '/cgi-bin/service/contact/id_translate': post(
    withProvider(
      needs(
        { auth_corpid: text(41002), media_id_list: texts(1000) },
        ({ auth_corpid, media_id_list }, { world }) => {
          searched(world, auth_corpid)
          for (const mediaId of media_id_list) mediaNamed(world, null, mediaId)
          const url = `https://open.work.weixin.qq.com/translated/${randomText(world.random, 32)}`
          const result = {
            status: 3,
            type: 'contact_id_translate',
            result: { contact_id_translate: { url } },
          }
          return { ...ok, jobid: addJob(world, null, result) }
        },
      ),
    ),
  ),

  '/cgi-bin/service/batch/getresult': get(
    withProvider(
      needs({ jobid: text() }, ({ jobid }, { world }) => ({
        ...ok,
        ...jobNamed(world, null, jobid),
      })),
    ),
  ),

  '/cgi-bin/service/externalcontact/finish_external_userid_migration': post(
    withProvider(
      needs({ corpid: text(41002) }, ({ corpid }, { world }) => {
        searched(world, corpid)
        return ok
      }),
    ),
  ),
}
