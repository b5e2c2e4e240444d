/** The domain-ownership files that WeCom asks for at the host's root (可信域名, document 90595). */
import { Elysia, t } from 'elysia'
import { ServiceError } from '../../errors'
import { publicOperations } from '../answer/operation-detail'
import { problems } from '../answer/problem-schema'
import { routeGroup } from '../answer/route-group'

export interface DomainFiles {
  /** The content of a configured file, or null. Never made up from the name that was asked for. */
  read(name: string): Promise<string | null>
  /** The names of all that are given; null where that can't be told. */
  names(): Promise<readonly string[] | null>
}

const fileName = /^(WW|MP)_verify_[A-Za-z0-9]{1,64}\.txt$/

const operation = publicOperations('WeCom')
const summary = 'A domain-ownership file'
const where = 'From SUITED_DOMAIN_FILES or the folder `domain` of the data folder; nothing else.'

const response = {
  200: t.String({ description: 'The file, text/plain.', examples: ['k3Jd9sLqPz0vXc7B'] }),
  ...problems('not_found'),
}

/** Elysia's types know no names that begin inside a segment; its router does. */
const restOf = (params: unknown): string => (params as { rest: string }).rest

export const domainFileRoutes = ({ read }: Pick<DomainFiles, 'read'>) => {
  const answer = async (name: string): Promise<Response> => {
    const content = fileName.test(name) ? await read(name) : null
    if (content === null) {
      throw new ServiceError(
        'not_found',
        'This domain-ownership file is not configured: enter it in SUITED_DOMAIN_FILES, or put it into the folder "domain" of the data folder.',
      )
    }
    return new Response(content, { headers: { 'content-type': 'text/plain; charset=utf-8' } })
  }
  const routes = new Elysia()
    .get('/WW_verify_:rest', ({ params }) => answer(`WW_verify_${restOf(params)}`), {
      response,
      detail: operation('getWwVerifyFile', summary, where),
    })
    .get('/MP_verify_:rest', ({ params }) => answer(`MP_verify_${restOf(params)}`), {
      response,
      detail: operation('getMpVerifyFile', summary, where),
    })
  return routeGroup({ audience: 'anyone' }, routes)
}
