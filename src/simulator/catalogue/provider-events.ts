/** What WeCom tells the provider itself, by InfoType (系统事件接收URL). No I/O. */

import { type Example, type Fields, type FieldsByType, none } from './example'
import type { Elements } from './xml-elements'

const registration: Fields = ({ serial, userid }) => ({
  RegisterCode: `register-${serial}`,
  AuthUserInfo: { UserId: userid },
  State: 'channel1',
  TemplateId: 'tpl0000000000001',
})

const licenceOrder: Fields = ({ serial }) => ({ OrderId: `OI${serial}` })

const expiry: Fields = () => ({ AdvanceApiType: 1, ChatArchiveApi: { Edition: 1 } })

const fieldsByType: FieldsByType = {
  register_corp: (example) => ({
    ...registration(example),
    ContactSync: { AccessToken: `sync-${example.serial}`, ExpiresIn: 1800 },
  }),
  enter_register_package: registration,
  license_pay_success: (example) => ({ ...licenceOrder(example), BuyerUserId: example.userid }),
  license_refund: (example) => ({ ...licenceOrder(example), OrderStatus: 1 }),
  auto_activate: ({ userid, serial, timestamp }) => ({
    Scene: 1,
    AccountList: [
      {
        ActiveCode: `LA${serial}`,
        Type: 1,
        ExpireTime: timestamp + 31 * 24 * 60 * 60,
        UserId: userid,
        PreviousStatus: 1,
        PreviousActiveCode: '',
      },
    ],
  }),
  agree_external_userid_migration: none,
  advanced_api_pay_success: ({ userid, serial }) => ({
    AdvanceApiType: 1,
    OrderId: `OA${serial}`,
    BuyerUserId: userid,
  }),
  advanced_api_expired: expiry,
  advanced_api_trial_expired: expiry,
}

/** The types of this file. */
export const providerEventTypes: readonly string[] = Object.keys(fieldsByType)

/** The whole message of one type, or null if it is none of these. */
export const providerEvent = (type: string, example: Example): Elements | null => {
  const fields = fieldsByType[type]
  if (!fields) return null
  return {
    ServiceCorpId: example.providerCorpid,
    InfoType: type,
    AuthCorpId: example.corpid,
    TimeStamp: example.timestamp,
    ...fields(example),
  }
}
