/** WeCom's errcodes about secrets, tickets and tokens. No I/O. */
export const credentialErrcodes = [
  {
    errcode: 40001,
    reaction: 'wrong_secret',
    meaning: {
      en: 'The secret is wrong, or the app was stopped',
      zh: 'secret 不正确，或应用已停用',
    },
    cause: {
      en: "The secret doesn't belong to the corpid beside it: ProviderSecret was mistyped or reset, or the permanent code of a customised app was reset.",
      zh: 'secret 与所传的 corpid 不匹配：ProviderSecret 填错或已重置，或代开发应用的永久授权码已重置。',
    },
    cure: {
      en: "Compare 服务商后台 → 应用管理 → 通用开发参数 → ProviderSecret with WECOM_PROVIDER_SECRET. For a customised app, reset that app's Secret in the console: WeCom then sends reset_permanent_code. Don't let anything go on trying a wrong secret: WeCom blocks the IP for an hour.",
      zh: '核对「服务商后台 → 应用管理 → 通用开发参数 → ProviderSecret」与 WECOM_PROVIDER_SECRET 是否一致。代开发应用请在后台重置该应用的 Secret，企业微信随后会推送 reset_permanent_code。不要让任何程序反复用错误的 secret 重试，否则该 IP 会被封禁一小时。',
    },
  },
  {
    errcode: 40014,
    reaction: 'refresh_corp_token',
    meaning: {
      en: "The access_token isn't valid",
      zh: 'access_token 不合法',
    },
    cause: {
      en: "WeCom ended it before its time, or the path wants another kind of token: the suite's, the provider's or the company's.",
      zh: '企业微信提前废止了它，或该接口需要另一种凭证（suite_access_token、provider_access_token 或企业的 access_token）。',
    },
    cure: {
      en: "As a rule nothing. If it comes again and again, look in the API's page for the kind of token it wants and take that from suited's API.",
      zh: '一般无需处理。若反复出现，请查阅该接口文档要求哪一种凭证，并从 suited 的接口获取那一种。',
    },
  },
  {
    errcode: 41001,
    reaction: 'refresh_corp_token',
    meaning: {
      en: 'The access_token is missing',
      zh: '缺少 access_token 参数',
    },
    cause: {
      en: "It is empty, or it was sent in the body, where WeCom doesn't look.",
      zh: 'access_token 为空，或放在了请求体里；企业微信只读取 URL 中的参数。',
    },
    cure: {
      en: 'Send it as `access_token` in the query, with the token of GET /api/corps/{corpid}/access-token.',
      zh: '把 `access_token` 拼接在 URL 中，凭证取自 GET /api/corps/{corpid}/access-token。',
    },
  },
  {
    errcode: 42001,
    reaction: 'refresh_corp_token',
    meaning: {
      en: 'The access_token has expired',
      zh: 'access_token 已过期',
    },
    cause: {
      en: 'Its two hours are over, or a program kept a copy for too long.',
      zh: '两小时有效期已过，或某个程序保留了过旧的副本。',
    },
    cure: {
      en: 'As a rule nothing. Programs of yours should ask /api/corps/{corpid}/access-token each time instead of keeping a copy.',
      zh: '一般无需处理。您的程序应每次从 /api/corps/{corpid}/access-token 获取，而不是自行保存副本。',
    },
  },
  {
    errcode: 40080,
    reaction: 'wrong_secret',
    meaning: {
      en: 'The suite_secret is wrong',
      zh: 'suite_secret 不正确',
    },
    cause: {
      en: 'It was mistyped, was reset in the console, or belongs to another suite.',
      zh: '填写有误、已在后台重置，或属于另一个应用。',
    },
    cure: {
      en: 'Copy 服务商后台 → 应用管理 → 应用详情 → Secret into WECOM_SUITE_SECRET.',
      zh: '将「服务商后台 → 应用管理 → 应用详情 → Secret」重新复制到 WECOM_SUITE_SECRET。',
    },
  },
  {
    errcode: 40082,
    reaction: 'refresh_suite_token',
    meaning: {
      en: "The suite_access_token or provider_access_token isn't valid",
      zh: 'suite_access_token 或 provider_access_token 不合法',
    },
    cause: {
      en: "It has expired, is of another kind than the path wants, or the company concerned hasn't authorised this suite.",
      zh: '凭证已过期、种类与接口要求不符，或所涉企业没有授权该应用。',
    },
    cure: {
      en: "As a rule nothing. If it comes again and again, see whether the path wants the suite's or the provider's token, and whether the company has installed this very app.",
      zh: '一般无需处理。若反复出现，请确认接口要求的是 suite_access_token 还是 provider_access_token，以及该企业安装的是否正是这个应用。',
    },
  },
  {
    errcode: 42009,
    reaction: 'refresh_suite_token',
    meaning: {
      en: 'The suite_access_token has expired',
      zh: 'suite_access_token 已过期',
    },
    cause: {
      en: 'Its two hours are over, or a program kept a copy for too long.',
      zh: '两小时有效期已过，或某个程序保留了过旧的副本。',
    },
    cure: {
      en: 'As a rule nothing. Programs of yours should ask /api/suites/{suite}/access-token each time instead of keeping a copy.',
      zh: '一般无需处理。您的程序应每次从 /api/suites/{suite}/access-token 获取，而不是自行保存副本。',
    },
  },
  {
    errcode: 40083,
    reaction: 'wrong_secret',
    meaning: {
      en: "The suite_id doesn't exist",
      zh: 'suite_id 不存在',
    },
    cause: {
      en: 'It was mistyped (letter case counts), or the app was deleted in the console.',
      zh: '填写有误（区分大小写），或该应用已在后台删除。',
    },
    cure: {
      en: 'Copy 服务商后台 → 应用管理 → 应用详情 → SuiteID into WECOM_SUITE_ID.',
      zh: '将「服务商后台 → 应用管理 → 应用详情 → SuiteID」重新复制到 WECOM_SUITE_ID。',
    },
  },
  {
    errcode: 48003,
    reaction: 'give_up',
    meaning: {
      en: "The suite_id doesn't fit the suite_access_token",
      zh: 'suite_id 与 suite_access_token 不匹配',
    },
    cause: {
      en: 'The call names one suite and carries the token of another.',
      zh: '请求中的 suite_id 与所用凭证分属不同的应用。',
    },
    cure: {
      en: 'Take the token of the suite that the call names; GET /api/suites/{suite}/access-token gives it.',
      zh: '使用请求中所指应用自己的凭证；可从 GET /api/suites/{suite}/access-token 获取。',
    },
  },
  {
    errcode: 40085,
    reaction: 'wait_for_ticket',
    meaning: {
      en: 'The suite_ticket is unknown or has expired',
      zh: 'suite_ticket 不存在或已失效',
    },
    cause: {
      en: 'No push of the last 30 minutes arrived here, or the ticket is that of another suite.',
      zh: '最近 30 分钟内没有收到推送，或该 ticket 属于另一个应用。',
    },
    cure: {
      en: "Wait for the next push (every 10 minutes) or press 服务商后台 → 应用管理 → 应用详情 → 回调配置 → 刷新Ticket. If none comes, WeCom can't reach 指令回调URL: see the callbacks in the log.",
      zh: '等待下一次推送（每 10 分钟一次），或点击「服务商后台 → 应用管理 → 应用详情 → 回调配置 → 刷新Ticket」。若仍收不到，说明企业微信无法访问「指令回调URL」，请查看日志中的回调记录。',
    },
  },
  {
    errcode: 41021,
    reaction: 'give_up',
    meaning: { en: 'The suite_id is missing', zh: '缺少 suite_id 参数' },
    cause: {
      en: 'The request has no suite_id in its JSON body.',
      zh: '请求的 JSON 正文中没有 suite_id。',
    },
    cure: {
      en: 'Enter WECOM_SUITE_ID; in a call of your own, put suite_id in the body.',
      zh: '配置 WECOM_SUITE_ID；自行调用时请在请求体中带上 suite_id。',
    },
  },
  {
    errcode: 41022,
    reaction: 'give_up',
    meaning: { en: 'The suite_access_token is missing', zh: '缺少 suite_access_token 参数' },
    cause: {
      en: 'It is empty, or it was sent in the body or under the name access_token.',
      zh: '凭证为空、放在了请求体里，或参数名误写为 access_token。',
    },
    cure: {
      en: 'Send it as `suite_access_token` in the query, with the token of GET /api/suites/{suite}/access-token.',
      zh: '以 `suite_access_token` 拼接在 URL 中，凭证取自 GET /api/suites/{suite}/access-token。',
    },
  },
  {
    errcode: 41023,
    reaction: 'give_up',
    meaning: { en: 'The suite_ticket is missing', zh: '缺少 suite_ticket 参数' },
    cause: {
      en: 'The suite token was asked for before WeCom had pushed a ticket.',
      zh: '尚未收到企业微信推送的 ticket 就去获取 suite_access_token。',
    },
    cure: {
      en: 'Press 服务商后台 → 应用管理 → 应用详情 → 回调配置 → 刷新Ticket and see that the push arrives.',
      zh: '点击「服务商后台 → 应用管理 → 应用详情 → 回调配置 → 刷新Ticket」，并确认推送已到达。',
    },
  },
  {
    errcode: 41024,
    reaction: 'give_up',
    meaning: { en: 'The secret is missing', zh: '缺少 secret 参数' },
    cause: {
      en: 'The request has no suite_secret, provider_secret or corpsecret.',
      zh: '请求中没有 suite_secret、provider_secret 或 corpsecret。',
    },
    cure: {
      en: 'Enter WECOM_SUITE_SECRET, or WECOM_PROVIDER_SECRET for calls of the provider.',
      zh: '配置 WECOM_SUITE_SECRET；服务商级别的调用请配置 WECOM_PROVIDER_SECRET。',
    },
  },
] as const
