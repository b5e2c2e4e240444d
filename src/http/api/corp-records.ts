/** Companies as the API shows them: never a secret. */
import { t } from 'elysia'
import type { CorpRecord } from '../../store/store'
import { CorpStatus } from '../../store/store'
import { exampleOf, named } from '../answer/named-schema'
import { Site } from './corp/corp-site'

const epochMs = (description: string) => t.Integer({ description: `${description} Epoch ms.` })
const nullableEpochMs = (description: string) => t.Union([epochMs(description), t.Null()])

export const CorpSummary = named(
  'CorpSummary',
  t.Object({
    corpid: t.String(),
    suiteId: t.String(),
    name: t.String(),
    agentid: t.Union([t.Integer(), t.Null()], { description: 'The app’s id inside the company.' }),
    status: CorpStatus,
    authorizedAt: epochMs('When the last authorisation began.'),
  }),
  {
    corpid: 'wpCorpA',
    suiteId: 'ww0000000000000002',
    name: '青松科技有限公司',
    agentid: 1000007,
    status: 'authorized',
    authorizedAt: 1_795_334_400_000,
  },
)

export const Admin = named(
  'Admin',
  t.Object({
    userid: t.String(),
    openUserid: t.Union([t.String(), t.Null()]),
    authType: t.Union([t.Integer(), t.Null()], {
      description: '1 manages the app, 0 may only send messages.',
    }),
  }),
  { userid: 'zhangsan', openUserid: 'woOpenZhangsan', authType: 1 },
)

const Installer = named(
  'Installer',
  t.Object({ userid: t.String(), openUserid: t.Union([t.String(), t.Null()]) }),
  { userid: 'zhangsan', openUserid: 'woOpenZhangsan' },
)

const CorpLicense = named(
  'CorpLicense',
  t.Object({
    status: t.Integer({ description: 'WeCom’s license_status: 0 not enforced, 1 enforced.' }),
    trialEndsAt: nullableEpochMs('When the free trial ends.'),
    enforcedFrom: nullableEpochMs('From when on members need a licence.'),
    checkedAt: epochMs('When WeCom told it.'),
  }),
  {
    status: 1,
    trialEndsAt: 1_803_110_400_000,
    enforcedFrom: null,
    checkedAt: 1_795_334_400_000,
  },
)

const corpFields = t.Composite([
  CorpSummary,
  t.Object({
    statusReason: t.Union([t.String(), t.Null()], {
      description: 'Why it is not (or no longer) authorized.',
    }),
    statusAt: epochMs('When the status last changed.'),
    installedBy: t.Optional(Installer),
    authMode: t.Union([t.Integer(), t.Null()], {
      description: '0 installed by an admin, 1 by members.',
    }),
    authInfo: t.Unknown({ description: 'What the company granted, as WeCom told it.' }),
    openCorpid: t.Optional(
      t.String({ description: 'The id by which it is known since WeCom’s ID upgrade.' }),
    ),
    admins: t.Optional(t.Array(Admin, { description: 'As last read.' })),
    license: t.Optional(CorpLicense),
    unlicensed: t.Optional(
      t.Object({
        notices: t.Integer({ description: 'How often a member without a licence opened the app.' }),
        lastAt: epochMs('The last time.'),
      }),
    ),
    site: t.Optional(Site),
    hasCallbackPair: t.Boolean({ description: 'Whether it has a callback pair of its own.' }),
  }),
])

export const Corp = named('Corp', corpFields, {
  ...exampleOf(CorpSummary),
  statusReason: null,
  statusAt: 1_795_334_400_000,
  installedBy: exampleOf(Installer),
  authMode: 0,
  authInfo: { agentid: 1000007, name: 'CRM', privilege: { level: 1, allow_user: ['zhangsan'] } },
  openCorpid: 'wpOpenCorpA',
  admins: [exampleOf(Admin)],
  license: exampleOf(CorpLicense),
  site: exampleOf(Site),
  hasCallbackPair: false,
})

export const showCorp = ({
  permanentCode: _,
  installEventId: __,
  version: ___,
  callbackPair,
  ...shown
}: CorpRecord) => ({ ...shown, hasCallbackPair: callbackPair !== undefined })
