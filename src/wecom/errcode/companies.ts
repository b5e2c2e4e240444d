/** WeCom's errcodes about installing an app and about the authorisation of a company. No I/O. */
export const corpErrcodes = [
  {
    errcode: 40077,
    reaction: 'install_again',
    meaning: {
      en: "The pre_auth_code isn't valid",
      zh: 'pre_auth_code 不合法',
    },
    cause: {
      en: 'It was mistyped, was used already, or belongs to another suite.',
      zh: '填写有误、已被使用，或属于另一个应用。',
    },
    cure: {
      en: 'Start the installation again; each attempt needs a pre_auth_code of its own.',
      zh: '重新发起安装；每次安装都需要新的预授权码。',
    },
  },
  {
    errcode: 42007,
    reaction: 'install_again',
    meaning: {
      en: 'The pre_auth_code has expired',
      zh: 'pre_auth_code 已过期',
    },
    cause: {
      en: 'The install page stood open for more than 20 minutes.',
      zh: '安装页面停留超过了 20 分钟。',
    },
    cure: {
      en: 'Start the installation again.',
      zh: '重新发起安装。',
    },
  },
  {
    errcode: 40078,
    reaction: 'code_spent',
    meaning: {
      en: 'The auth_code is unknown or was used already',
      zh: 'auth_code 不存在或已被使用',
    },
    cause: {
      en: 'It works once, for ten minutes: it was exchanged before, has expired, belongs to another suite, or came from a login, whose code never gives a permanent code.',
      zh: '临时授权码十分钟内有效且只能使用一次：可能已经换取过、已过期、属于另一个应用，或来自登录流程（登录的授权码不能换取永久授权码）。',
    },
    cure: {
      en: 'If the company is listed as authorised, nothing. Otherwise let its admin install the app again; in tests, 服务商后台 → 应用管理 → 应用详情 → 安装测试.',
      zh: '若企业列表中该企业已是授权状态，则无需处理。否则请企业管理员重新安装应用；测试时可用「服务商后台 → 应用管理 → 应用详情 → 安装测试」。',
    },
  },
  {
    errcode: 40084,
    reaction: 'authorization_gone',
    meaning: {
      en: "The permanent_code isn't valid",
      zh: 'permanent_code（永久授权码）不合法',
    },
    cause: {
      en: 'The company removed the app, the code was mistyped when it was imported, belongs to another provider, or is that of a customised app, for which get_corp_token is the wrong call.',
      zh: '企业已删除应用、导入时永久授权码填写有误、授权码属于其他服务商，或它属于代开发应用（代开发应用不能调用 get_corp_token）。',
    },
    cure: {
      en: "Ask the company whether it removed the app, and let its admin install it again. If it didn't, import the right code, check the suite's kind (`app` or `customised`), and recheck the company.",
      zh: '向企业确认是否删除了应用，并请其管理员重新安装。若没有删除，请导入正确的授权码，核对该应用的 kind（`app` 或 `customised`），然后执行 recheck。',
    },
  },
  {
    errcode: 41025,
    reaction: 'give_up',
    meaning: { en: 'The permanent_code is missing', zh: '缺少 permanent_code 参数' },
    cause: {
      en: 'The request has no permanent_code in its JSON body.',
      zh: '请求的 JSON 正文中没有 permanent_code。',
    },
    cure: {
      en: 'Leave the call to suited, which keeps the code: /api/corps/{corpid} and its access-token give what follows from it.',
      zh: '请交由 suited 调用，授权码由它保管：/api/corps/{corpid} 及其 access-token 提供由此得到的结果。',
    },
  },
  {
    errcode: 48004,
    reaction: 'authorization_gone',
    meaning: {
      en: 'There is no authorisation, or it was cancelled',
      zh: '授权关系不存在或已取消',
    },
    cause: {
      en: 'The company removed the app, or never installed this one.',
      zh: '企业已删除应用，或从未安装过这个应用。',
    },
    cure: {
      en: "Let the company's admin install the app again.",
      zh: '请企业管理员重新安装应用。',
    },
  },
  {
    errcode: 301007,
    reaction: 'authorization_gone',
    meaning: {
      en: "The company can't be used: it was dissolved or banned",
      zh: '企业不可用：可能已解散或被封禁',
    },
    cause: {
      en: 'The company ended its WeCom account, or WeCom closed it; the cancel_auth may come weeks later.',
      zh: '企业注销了企业微信，或被平台封禁；cancel_auth 事件可能在数周后才推送。',
    },
    cure: {
      en: 'Ask the company. If it is gone for good, delete its data as your agreement says.',
      zh: '向企业确认。若确已注销，请按协议删除其数据。',
    },
  },
  {
    errcode: 2000002,
    reaction: 'authorization_gone',
    meaning: {
      en: 'There is no company with this CorpId',
      zh: 'CorpId 无效，指定的企业不存在',
    },
    cause: {
      en: 'The company ended its WeCom account, or the corpid was changed on its way: letter case counts in encrypted ones.',
      zh: '企业已注销，或 corpid 在传递中被改动：密文 corpid 区分大小写。',
    },
    cure: {
      en: 'Ask the company whether it still exists. If it does, compare the corpid letter by letter with the one WeCom sent.',
      zh: '向企业确认其是否仍然存在。若存在，请逐字核对 corpid 与企业微信下发的是否一致。',
    },
  },
  {
    errcode: 50003,
    reaction: 'suspended',
    meaning: {
      en: 'The app is disabled in this company',
      zh: '应用在该企业中已被禁用',
    },
    cause: {
      en: "The company's admin switched the app off.",
      zh: '企业管理员停用了该应用。',
    },
    cure: {
      en: "Let the company's admin switch it on: 企业微信管理后台 → 应用管理 → the app.",
      zh: '请企业管理员在「企业微信管理后台 → 应用管理」中重新启用该应用。',
    },
  },
  {
    errcode: 48006,
    reaction: 'suspended',
    meaning: {
      en: "The app's permissions were withdrawn because nobody used it for long",
      zh: '因长时间未使用，应用的接口权限已被收回',
    },
    cause: {
      en: "The company didn't use the app for long; close_inactive_agent told so.",
      zh: '企业长时间未使用该应用；close_inactive_agent 事件已作通知。',
    },
    cure: {
      en: "Let the company's admin enable it again in 企业微信管理后台 → 应用管理; WeCom then sends reopen_inactive_agent.",
      zh: '请企业管理员在「企业微信管理后台 → 应用管理」中重新启用；企业微信随后会推送 reopen_inactive_agent。',
    },
  },
  {
    errcode: 40013,
    reaction: 'give_up',
    meaning: { en: "The corpid isn't valid", zh: 'corpid 不合法' },
    cause: {
      en: "It was mistyped or put into lower case, is the plain id where the encrypted one is wanted, or isn't the company of the member who has the page open.",
      zh: '填写有误或被转成小写、在需要密文 corpid 处使用了明文，或与打开页面的成员所在企业不一致。',
    },
    cure: {
      en: 'Use the corpid exactly as WeCom sent it at the installation or the login.',
      zh: '原样使用安装或登录时企业微信下发的 corpid。',
    },
  },
  {
    errcode: 84005,
    reaction: 'give_up',
    meaning: { en: "The third-party app doesn't exist", zh: '第三方应用不存在' },
    cause: {
      en: 'The token and the app id of the call belong to different apps, or the app was deleted.',
      zh: '请求所用的凭证与应用 id 不属于同一应用，或应用已删除。',
    },
    cure: {
      en: "Check the suite id of the call, and that the token is that suite's.",
      zh: '核对请求中的 suite_id，并确认凭证属于该应用。',
    },
  },
  {
    errcode: 84024,
    reaction: 'give_up',
    meaning: { en: 'There is no registration to this code', zh: '无注册信息' },
    cause: {
      en: "The registration isn't finished, or it is more than 24 hours old.",
      zh: '注册流程尚未完成，或注册完成已超过 24 小时。',
    },
    cure: {
      en: 'Wait for register_corp before you ask, and ask within a day.',
      zh: '收到 register_corp 事件之后再查询，并在一天之内完成。',
    },
  },
  {
    errcode: 84025,
    reaction: 'give_up',
    meaning: { en: "The state isn't acceptable", zh: 'state 参数不符合要求' },
    cause: {
      en: 'It holds something other than a-z, A-Z and 0-9, or more than 128 bytes.',
      zh: 'state 含有 a-z、A-Z、0-9 以外的字符，或超过 128 字节。',
    },
    cure: {
      en: 'Use letters and digits only, and keep your data on your side under that key.',
      zh: '只使用字母和数字，并以它为键在自己一侧保存数据。',
    },
  },
] as const
