/**
 * What is kept of a company's own site: the address of its members, where that isn't the
 * provider's.
 */
import type { Static } from '@sinclair/typebox'
import { Type } from '@sinclair/typebox'

export const CorpSite = Type.Object(
  {
    publicUrl: Type.Union([Type.String(), Type.Null()], {
      description: 'The address under which its members and WeCom find suited.',
    }),
    trustedDomains: Type.Array(Type.String(), {
      description: 'Hosts whose pages get signatures for this company, beside those of its suite.',
    }),
  },
  { description: 'The trusted domain of a customised app has to be the customer’s own.' },
)
export type CorpSite = Static<typeof CorpSite>
