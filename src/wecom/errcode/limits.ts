/**
 * WeCom's errcodes about what it will not do now or from here: load, limits, IP, licences. No I/O.
 */
export const limitErrcodes = [
  {
    errcode: -1,
    reaction: 'back_off',
    meaning: { en: 'WeCom is busy', zh: '系统繁忙' },
    cause: {
      en: "A passing fault on WeCom's side.",
      zh: '企业微信服务器暂时不可用。',
    },
    cure: {
      en: 'As a rule nothing. If it lasts, ask WeCom, naming the hint in errmsg.',
      zh: '一般无需处理。若持续出现，请凭 errmsg 中的 hint 联系企业微信。',
    },
  },
  {
    errcode: 6000,
    reaction: 'back_off',
    meaning: { en: 'Two changes met', zh: '数据版本冲突' },
    cause: {
      en: 'Several programs change the same data at the same time.',
      zh: '多个调用方同时修改同一份数据。',
    },
    cure: {
      en: 'As a rule nothing. If it lasts, let one program at a time change this data.',
      zh: '一般无需处理。若持续出现，请让同一份数据一次只由一个程序修改。',
    },
  },
  {
    errcode: 45009,
    reaction: 'wait_for_window',
    meaning: { en: 'Called too often', zh: '接口调用超过频率限制' },
    cause: {
      en: 'The limit of this API for a minute, an hour or a day is used up; for token calls, a wrong secret was tried too often. The block lasts as long as the window.',
      zh: '该接口每分钟、每小时或每天的次数已用完；若是获取凭证的接口，则可能是错误的 secret 尝试过多。封禁时长与限制窗口相同。',
    },
    cure: {
      en: "Find what calls so often, keep answers instead of asking again, and drop debug=1 from addresses. Some blocks can be lifted with WeCom's 频率自助解封工具.",
      zh: '找出频繁调用的程序，缓存结果而不是重复请求，并去掉 URL 中的 debug=1。部分封禁可通过企业微信的「频率自助解封工具」解除。',
    },
  },
  {
    errcode: 45033,
    reaction: 'back_off',
    meaning: { en: 'Too many calls at once', zh: '接口并发调用超过限制' },
    cause: {
      en: 'Too many calls of this API for one company at the same time, or the same resource fetched again and again.',
      zh: '对同一企业同时调用该接口过多，或反复获取同一资源。',
    },
    cure: {
      en: 'Run fewer of these calls side by side, and keep what media/get returned.',
      zh: '降低该接口的并发数，并保存 media/get 已返回的内容。',
    },
  },
  {
    errcode: 60020,
    reaction: 'ip_not_allowed',
    meaning: {
      en: "The calling IP isn't on the provider's list",
      zh: '调用方 IP 不在服务商的 IP 白名单中',
    },
    cause: {
      en: "WeCom takes calls only from listed addresses; errmsg ends with the one it saw. A company's own 企业可信IP doesn't count here.",
      zh: '企业微信只接受白名单内地址的调用，errmsg 末尾是它看到的 IP。企业自己的「企业可信IP」对此无效。',
    },
    cure: {
      en: 'Add that IP in 服务商后台 → 服务商信息 → 基本信息 → IP白名单 (several with a semicolon, ranges as 222.209.201.*), and wait a minute. Behind changing addresses use a fixed egress, WECOM_HTTP_PROXY.',
      zh: '将该 IP 加入「服务商后台 → 服务商信息 → 基本信息 → IP白名单」（多个以分号分隔，网段写作 222.209.201.*），约一分钟后生效。出口地址不固定时，请用 WECOM_HTTP_PROXY 指定固定出口。',
    },
  },
  {
    errcode: 701008,
    reaction: 'give_up',
    meaning: {
      en: 'The member has no interop licence',
      zh: '成员没有有效的互通账号许可',
    },
    cause: {
      en: 'Customer contact needs an interop account; none was activated for this member, or it has expired.',
      zh: '客户联系类接口需要互通账号；该成员未激活互通账号，或账号已过期。',
    },
    cure: {
      en: 'Buy and activate an interop account for the member: 服务商后台, or the license API with the token of GET /api/provider/access-token.',
      zh: '为该成员购买并激活互通账号：在服务商后台操作，或用 GET /api/provider/access-token 的凭证调用接口许可相关接口。',
    },
  },
  {
    errcode: 701022,
    reaction: 'give_up',
    meaning: {
      en: 'The activation codes are still being made',
      zh: '激活码还在生成中',
    },
    cause: {
      en: 'The licence order was paid a moment ago.',
      zh: '接口许可订单刚刚支付完成。',
    },
    cure: {
      en: 'Try again in a minute, or wait for license_pay_success.',
      zh: '一分钟后重试，或等待 license_pay_success 事件。',
    },
  },
  {
    errcode: 701033,
    reaction: 'give_up',
    meaning: {
      en: 'Another order is still getting its activation codes',
      zh: '有订单正在生成激活码',
    },
    cause: {
      en: 'WeCom works on one licence order of a company at a time.',
      zh: '同一企业的接口许可订单依次处理。',
    },
    cure: { en: 'Try again in a minute.', zh: '一分钟后重试。' },
  },
  {
    errcode: 701085,
    reaction: 'give_up',
    meaning: {
      en: "The order can't be changed right now",
      zh: '订单暂时无法操作',
    },
    cause: {
      en: 'WeCom is still working on this licence order.',
      zh: '企业微信仍在处理该接口许可订单。',
    },
    cure: { en: 'Try again in a few minutes.', zh: '几分钟后重试。' },
  },
  {
    errcode: 701099,
    reaction: 'give_up',
    meaning: {
      en: 'A member has no valid licence',
      zh: '成员没有有效的接口许可',
    },
    cause: {
      en: 'The 90 free days are over, and at least one member of the call has no base account, or an expired one.',
      zh: '90 天免费试用已结束，且请求中至少有一名成员没有基础账号或账号已过期。',
    },
    cure: {
      en: 'Buy and activate base accounts for these members: 服务商后台, or the license API with the token of GET /api/provider/access-token.',
      zh: '为这些成员购买并激活基础账号：在服务商后台操作，或用 GET /api/provider/access-token 的凭证调用接口许可相关接口。',
    },
  },
] as const
