/** WeCom's errcodes met by pages: logins, domains and JS-SDK signatures. No I/O. */
export const pageErrcodes = [
  {
    errcode: 40029,
    reaction: 'login_again',
    meaning: {
      en: "The login code isn't valid",
      zh: 'OAuth code 不合法',
    },
    cause: {
      en: 'It was used before, is older than five minutes, or came from the login of another suite.',
      zh: 'code 已被使用、超过五分钟，或来自另一个应用的登录。',
    },
    cure: {
      en: 'Let the member log in again. If every login fails, see that only one program uses the code and that it uses the token of the suite that began the login.',
      zh: '让成员重新登录。若每次登录都失败，请确认只有一个程序消费该 code，且使用的是发起登录的那个应用的凭证。',
    },
  },
  {
    errcode: 42003,
    reaction: 'login_again',
    meaning: { en: 'The login code has expired', zh: 'OAuth code 已过期' },
    cause: {
      en: 'More than five minutes passed between the login and its exchange.',
      zh: '从登录到换取成员身份超过了五分钟。',
    },
    cure: { en: 'Let the member log in again.', zh: '让成员重新登录。' },
  },
  {
    errcode: 42022,
    reaction: 'login_again',
    meaning: { en: 'The login code was used already', zh: 'OAuth code 已被使用过' },
    cause: {
      en: 'The page was loaded twice, or two programs exchanged the same code.',
      zh: '页面被加载了两次，或两个程序消费了同一个 code。',
    },
    cure: {
      en: 'Let the member log in again, and take the code out of the address once it is used.',
      zh: '让成员重新登录；code 使用后请将其从页面地址中去除。',
    },
  },
  {
    errcode: 84014,
    reaction: 'login_again',
    meaning: { en: 'The user_ticket has expired', zh: 'user_ticket（成员票据）已过期' },
    cause: {
      en: 'It was kept for longer than the expires_in that came with it.',
      zh: '保存时间超过了随其返回的 expires_in。',
    },
    cure: {
      en: 'Let the member log in again and read the details at once.',
      zh: '让成员重新登录，并立即读取成员详情。',
    },
  },
  {
    errcode: 84015,
    reaction: 'login_again',
    meaning: { en: "The user_ticket isn't valid", zh: 'user_ticket（成员票据）无效' },
    cause: {
      en: 'It was cut short, or came from the login of another suite.',
      zh: '票据被截断，或来自另一个应用的登录。',
    },
    cure: {
      en: 'Let the member log in again; keep at least 512 bytes for tickets.',
      zh: '让成员重新登录；保存票据的字段至少预留 512 字节。',
    },
  },
  {
    errcode: 50001,
    reaction: 'give_up',
    meaning: {
      en: "The redirect address isn't in the app's trusted domain",
      zh: 'redirect_uri 不在应用的可信域名之下',
    },
    cause: {
      en: "Host and port of redirect_uri must equal the trusted domain exactly; a parent domain doesn't count.",
      zh: 'redirect_uri 的域名和端口必须与可信域名完全一致，父域名不算。',
    },
    cure: {
      en: 'Enter the host of SUITED_PUBLIC_URL in 服务商后台 → 应用管理 → 应用详情 → 可信域名 and, for installations, in 安装完成回调域名.',
      zh: '将 SUITED_PUBLIC_URL 的域名填入「服务商后台 → 应用管理 → 应用详情 → 可信域名」；用于安装流程时还需填入「安装完成回调域名」。',
    },
  },
  {
    errcode: 50002,
    reaction: 'give_up',
    meaning: {
      en: "The member is outside the app's visible range",
      zh: '成员不在应用的可见范围内',
    },
    cause: {
      en: "The company's admin didn't include this member when choosing who sees the app.",
      zh: '企业管理员设置的可见范围未包含该成员。',
    },
    cure: {
      en: "Ask the company's admin to add the member in 企业微信管理后台 → 应用管理 → the app → 可见范围; ww.openAppManage() on a page of the app opens it.",
      zh: '请企业管理员在「企业微信管理后台 → 应用管理 → 应用 → 可见范围」中加入该成员；在应用页面中调用 ww.openAppManage() 可打开该应用的管理页。',
    },
  },
  {
    errcode: 80001,
    reaction: 'give_up',
    meaning: {
      en: "The page isn't on a trusted domain, or that domain has no ICP record",
      zh: '页面不在可信域名之下，或该域名没有 ICP 备案',
    },
    cause: {
      en: "The page's host isn't entered as trusted domain, its ownership wasn't verified, or it is an IP, has a port, or is only a parent of the entered one.",
      zh: '页面域名未填为可信域名、未校验域名归属，或使用了 IP、端口，或只是所填域名的父域。',
    },
    cure: {
      en: 'Enter the whole host in 服务商后台 → 应用管理 → 应用详情 → 可信域名 and pass 校验域名归属: put the WW_verify_….txt into the domain folder of the data folder. If the ICP record is new, save the field again.',
      zh: '在「服务商后台 → 应用管理 → 应用详情 → 可信域名」填写完整域名并完成域名归属校验：将 WW_verify_….txt 放入数据目录的 domain 文件夹。若刚完成 ICP 备案，请重新保存该项。',
    },
  },
  {
    errcode: 40093,
    reaction: 'refetch_js_ticket',
    meaning: { en: 'The JS-SDK signature is wrong', zh: 'JS-SDK 签名错误' },
    cause: {
      en: "The signed address isn't the page's own (fragment left in, slash lost, query changed or cut at the first &), the ticket is old or of the other kind, or the timestamp is in milliseconds.",
      zh: '签名所用的地址与页面实际地址不一致（含 # 之后的部分、丢了末尾斜杠、参数被改动或在第一个 & 处截断）、ticket 已失效或种类不对，或时间戳用了毫秒。',
    },
    cure: {
      en: 'Hand /sign the address as the browser has it, without the fragment and through encodeURIComponent; sign config and agent_config separately. If it is the ticket, report it dead: POST /api/corps/{corpid}/jsapi-ticket.',
      zh: '将浏览器中的地址去掉 # 及之后的部分，经 encodeURIComponent 编码后交给 /sign；config 与 agent_config 须分别签名。若是 ticket 失效，请用 POST /api/corps/{corpid}/jsapi-ticket 报告。',
    },
  },
  {
    errcode: 42012,
    reaction: 'refetch_js_ticket',
    meaning: {
      en: "The jsapi_ticket can't be used for this app",
      zh: 'jsapi_ticket 不可用于该应用',
    },
    cause: {
      en: "The ticket of the company was used for agentConfig where the app's is wanted, or the ticket of another app.",
      zh: 'agentConfig 使用了企业的 ticket 而非应用的 ticket，或使用了另一个应用的 ticket。',
    },
    cure: {
      en: 'Ask /sign with type=agent_config and use the agentid that comes with the answer.',
      zh: '请求 /sign 时带上 type=agent_config，并使用应答中的 agentid。',
    },
  },
] as const
