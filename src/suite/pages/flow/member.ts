/** Who came through a flow: what a one-time code gives to the business app. */
import { type Static, Type } from '@sinclair/typebox'

const maybe = <T extends ReturnType<typeof Type.String> | ReturnType<typeof Type.Integer>>(
  schema: T,
  description: string,
) => Type.Union([schema, Type.Null()], { description })

export const memberWays = ['client', 'web', 'business', 'install'] as const
export type MemberWay = (typeof memberWays)[number]

export const MemberDetailRecord = Type.Object(
  {
    name: maybe(Type.String(), 'For third-party apps WeCom gives the userid.'),
    gender: maybe(Type.String(), '`1` man, `2` woman, `0` unknown.'),
    avatar: maybe(Type.String(), 'The address of a picture.'),
    qrCode: maybe(Type.String(), 'The address of the member’s own QR code.'),
  },
  { description: 'What the member agreed to show.' },
)

export const Member = Type.Object({
  way: Type.Union(
    memberWays.map((way) => Type.Literal(way)),
    {
      description: 'How it was shown: in WeCom’s client, on the web, from its console, installing.',
    },
  ),
  suiteId: Type.String(),
  corpid: maybe(Type.String(), 'The company; null for somebody who is a member of none.'),
  corpName: maybe(Type.String(), 'As the company calls itself; null while unknown.'),
  userid: maybe(Type.String(), 'Unique in its company alone: two companies may have the same.'),
  openUserid: maybe(Type.String(), 'The same in all apps of this provider.'),
  agentid: maybe(Type.Integer(), 'The app’s id in this company; null where it isn’t installed.'),
  openid: maybe(Type.String(), 'Of somebody who is no member.'),
  externalUserid: maybe(Type.String(), 'Of a customer of the company, from a customised app.'),
  userType: maybe(
    Type.Integer(),
    'From WeCom’s console alone: 1 creator, 2 and 3 administrators, 4 of a part, 5 member.',
  ),
  detail: Type.Union([MemberDetailRecord, Type.Null()]),
  loggedInAt: Type.Integer({ description: 'Epoch milliseconds.' }),
})
export type Member = Static<typeof Member>
