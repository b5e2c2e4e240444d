/**
 * The types that WeCom sends to the provider's system-event URL. The company stands in AuthCorpId;
 * where two URLs are named, WeCom's documents leave open which one it is. No I/O.
 */
export const systemEntries = [
  {
    type: 'register_corp',
    title: { en: 'Company registered', zh: '推广注册完成' },
    subject: ['AuthUserInfo.UserId', 'TemplateId'],
  },
  {
    type: 'enter_register_package',
    title: { en: 'Promotion code scanned', zh: '扫描推广二维码' },
    subject: ['AuthUserInfo.UserId', 'TemplateId'],
  },
  {
    type: 'license_pay_success',
    title: { en: 'Licence paid', zh: '接口许可支付成功' },
    subject: ['OrderId', 'BuyerUserId'],
  },
  {
    type: 'license_refund',
    title: { en: 'Licence refund decided', zh: '接口许可退款结果' },
    subject: ['OrderId'],
  },
  {
    type: 'auto_activate',
    urls: ['system', 'command'],
    title: { en: 'Licence activated by itself', zh: '接口许可自动激活' },
    subject: ['AccountList.UserId'],
  },
  {
    type: 'agree_external_userid_migration',
    urls: ['system', 'command'],
    title: { en: 'Migration of external_userid agreed', zh: '同意 external_userid 迁移' },
  },
  {
    type: 'advanced_api_pay_success',
    title: { en: 'Data zone paid', zh: '数据专区支付成功' },
    subject: ['OrderId', 'BuyerUserId'],
  },
  {
    type: 'advanced_api_expired',
    title: { en: 'Data zone expired', zh: '数据专区已到期' },
    subject: ['AdvanceApiType'],
  },
  {
    type: 'advanced_api_trial_expired',
    title: { en: 'Data zone trial over', zh: '数据专区试用到期' },
    subject: ['AdvanceApiType'],
  },
] as const
