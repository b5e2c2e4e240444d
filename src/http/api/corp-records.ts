/** Companies as the API shows them: never a secret. */
import { t } from 'elysia'
import type { CorpRecord } from '../../store/store'
import { CorpStatus } from '../../store/store'

const epochMs = (description: string) => t.Integer({ description: `${description} Epoch ms.` })
const nullableEpochMs = (description: string) => t.Union([epochMs(description), t.Null()])

export const CorpSummary = t.Object({
  corpid: t.String({ examples: ['wpCorpA'] }),
  suiteId: t.String({ examples: ['ww0000000000000002'] }),
  name: t.String({ examples: ['青松科技有限公司'] }),
  agentid: t.Union([t.Integer(), t.Null()], {
    description: 'The app’s id inside the company.',
    examples: [1000007],
  }),
  status: CorpStatus,
  authorizedAt: epochMs('When the last authorisation began.'),
})

export const Admin = t.Object({
  userid: t.String(),
  openUserid: t.Union([t.String(), t.Null()]),
  authType: t.Union([t.Integer(), t.Null()], {
    description: '1 manages the app, 0 may only send messages.',
  }),
})

export const Corp = t.Composite([
  CorpSummary,
  t.Object({
    statusReason: t.Union([t.String(), t.Null()], {
      description: 'Why it is not (or no longer) authorized.',
    }),
    statusAt: epochMs('When the status last changed.'),
    authMode: t.Union([t.Integer(), t.Null()], {
      description: '0 installed by an admin, 1 by members.',
    }),
    authInfo: t.Unknown({ description: 'What the company granted, as WeCom told it.' }),
    openCorpid: t.Optional(
      t.String({ description: 'The id by which it is known since WeCom’s ID upgrade.' }),
    ),
    admins: t.Optional(t.Array(Admin, { description: 'As last read.' })),
    license: t.Optional(
      t.Object({
        status: t.Integer({ description: 'WeCom’s license_status: 0 not enforced, 1 enforced.' }),
        trialEndsAt: nullableEpochMs('When the free trial ends.'),
        enforcedFrom: nullableEpochMs('From when on members need a licence.'),
        checkedAt: epochMs('When WeCom told it.'),
      }),
    ),
    unlicensed: t.Optional(
      t.Object({
        notices: t.Integer({ description: 'How often a member without a licence opened the app.' }),
        lastAt: epochMs('The last time.'),
      }),
    ),
    hasCallbackPair: t.Boolean({ description: 'Whether it has a callback pair of its own.' }),
  }),
])

export const showCorp = ({
  permanentCode: _,
  installEventId: __,
  version: ___,
  callbackPair,
  ...shown
}: CorpRecord) => ({ ...shown, hasCallbackPair: callbackPair !== undefined })
