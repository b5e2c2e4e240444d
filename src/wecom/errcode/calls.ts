/** WeCom's errcodes about what a call asks for: parameters, permissions, members. No I/O. */
export const callErrcodes = [
  {
    errcode: 40035,
    reaction: 'give_up',
    meaning: { en: 'A parameter is wrong', zh: '参数不合法' },
    cause: {
      en: 'A list was sent as text, both recipient lists are empty, or a list is too long.',
      zh: '列表以字符串传递、接收人列表同时为空，或列表过长。',
    },
    cure: {
      en: "Compare the body with the API's page: lists are JSON arrays, 1000 members and 100 departments at most.",
      zh: '对照接口文档检查请求体：列表应为 JSON 数组，成员最多 1000 个，部门最多 100 个。',
    },
  },
  {
    errcode: 40056,
    reaction: 'give_up',
    meaning: { en: "The agentid isn't valid", zh: 'agentid 不合法' },
    cause: {
      en: 'It is that of another company or app: each installation has an agentid of its own.',
      zh: '使用了其他企业或其他应用的 agentid：每次安装的 agentid 各不相同。',
    },
    cure: {
      en: 'Take the agentid from /api/corps/{corpid}, as a number; recheck reads it anew from WeCom.',
      zh: '从 /api/corps/{corpid} 获取 agentid（整数）；recheck 会重新向企业微信读取。',
    },
  },
  {
    errcode: 40058,
    reaction: 'give_up',
    meaning: { en: 'A parameter is wrong', zh: '参数不合法' },
    cause: {
      en: "The body isn't JSON, a value is too long or empty, or GET was used where POST is wanted.",
      zh: '请求体不是合法的 JSON、某个值过长或为空，或应使用 POST 的接口使用了 GET。',
    },
    cure: {
      en: "Compare method and body with the API's page; errmsg often names the parameter.",
      zh: '对照接口文档检查请求方法和请求体；errmsg 中往往会指出具体参数。',
    },
  },
  {
    errcode: 40063,
    reaction: 'give_up',
    meaning: { en: 'A parameter is empty', zh: '参数为空' },
    cause: {
      en: 'A required parameter is missing, was sent as a form or in the query, or GET was used where POST is wanted.',
      zh: '缺少必填参数、参数以表单或 URL 传递，或应使用 POST 的接口使用了 GET。',
    },
    cure: {
      en: "Compare method and body with the API's page.",
      zh: '对照接口文档检查请求方法和请求体。',
    },
  },
  {
    errcode: 40086,
    reaction: 'give_up',
    meaning: { en: "An app id of the suite doesn't exist", zh: '第三方应用 appid 不存在' },
    cause: {
      en: "A legacy appid in the call doesn't exist in this suite.",
      zh: '请求中的旧式 appid 在该套件中不存在。',
    },
    cure: {
      en: 'Leave appid out, or use 1: a suite of today holds one app.',
      zh: '不传 appid 或传 1：现在每个套件只有一个应用。',
    },
  },
  {
    errcode: 48001,
    reaction: 'give_up',
    meaning: { en: "The API isn't authorised", zh: 'API 功能未授权' },
    cause: {
      en: "The company hasn't granted what this API needs; for corpid_to_opencorpid, it hasn't authorised the provider at all.",
      zh: '企业没有授予该接口所需的权限；对于 corpid_to_opencorpid，则是企业与服务商之间没有授权关系。',
    },
    cure: {
      en: "Add the permission in 服务商后台 → 应用管理 → 应用详情, publish the app, and ask the company's admin to confirm on the page that ww.openAppManage({ page: 'permission' }) opens from a page of the app.",
      zh: "在「服务商后台 → 应用管理 → 应用详情」中申请相应权限并重新上线，再请企业管理员确认授权：在应用页面中调用 ww.openAppManage({ page: 'permission' }) 即可打开确认页面。",
    },
  },
  {
    errcode: 48002,
    reaction: 'give_up',
    meaning: { en: 'The app may not call this API', zh: 'API 接口无权限调用' },
    cause: {
      en: "The permission wasn't applied for, isn't published yet, wasn't confirmed by the company, is one to data and has expired or was withdrawn, or the API is closed to this kind of app.",
      zh: '未申请该权限、申请后尚未重新上线、企业管理员尚未确认、数据类权限已到期或被收回，或该接口不对此类应用开放。',
    },
    cure: {
      en: "Read 权限说明 in the API's page; then apply in 服务商后台 → 应用管理 → 应用详情, publish, and let the company's admin confirm on the page that ww.openAppManage({ page: 'permission' }) opens from a page of the app. Data has pages of its own: datazone_chat_permission, datazone_doc_permission, datazone_knowledge_permission, customer_acquisition_permission.",
      zh: "阅读接口文档的「权限说明」，在「服务商后台 → 应用管理 → 应用详情」中申请并重新上线，再请企业管理员确认：在应用页面中调用 ww.openAppManage({ page: 'permission' }) 即可打开确认页面。数据类权限另有页面：datazone_chat_permission、datazone_doc_permission、datazone_knowledge_permission、customer_acquisition_permission。",
    },
  },
  {
    errcode: 60011,
    reaction: 'give_up',
    meaning: {
      en: 'No permission for this member, department or tag',
      zh: '对指定的成员、部门或标签没有权限',
    },
    cause: {
      en: 'It is outside the visible range, or the app may read but not change it. An app installed by a member, not by an admin, sees little.',
      zh: '不在应用可见范围内，或应用只有读取权限。由成员而非管理员安装的应用可见范围很小。',
    },
    cure: {
      en: "Ask the company's admin to widen 可见范围 in 企业微信管理后台 → 应用管理 → the app, which ww.openAppManage() opens from a page of the app (with { page: 'permission' } its permissions), or to install it as admin.",
      zh: "请企业管理员在「企业微信管理后台 → 应用管理 → 应用 → 可见范围」中扩大范围，或改由管理员安装。在应用页面中调用 ww.openAppManage() 可打开该应用的管理页，加上 { page: 'permission' } 则打开权限页。",
    },
  },
  {
    errcode: 60021,
    reaction: 'give_up',
    meaning: {
      en: 'The userid is outside the visible range',
      zh: 'userid 不在应用可见范围内',
    },
    cause: {
      en: "The company's admin didn't include this member, or took them out.",
      zh: '企业管理员没有把该成员加入可见范围，或已将其移出。',
    },
    cure: {
      en: "Ask the company's admin to add the member in 企业微信管理后台 → 应用管理 → the app → 可见范围; ww.openAppManage() on a page of the app opens it.",
      zh: '请企业管理员在「企业微信管理后台 → 应用管理 → 应用 → 可见范围」中加入该成员；在应用页面中调用 ww.openAppManage() 可打开该应用的管理页。',
    },
  },
  {
    errcode: 60111,
    reaction: 'give_up',
    meaning: { en: 'There is no such userid', zh: 'UserID 不存在' },
    cause: {
      en: "The member left the company or the visible range, or a plain userid was sent where WeCom's ID upgrade wants the encrypted one.",
      zh: '成员已离开企业或移出可见范围，或在 ID 升级后仍传入明文 userid。',
    },
    cure: {
      en: 'Use the userid that WeCom sent to this app; batch/userid_to_openuserid turns plain ones into encrypted ones.',
      zh: '使用企业微信下发给该应用的 userid；明文 userid 可用 batch/userid_to_openuserid 转换。',
    },
  },
  {
    errcode: 81013,
    reaction: 'give_up',
    meaning: { en: 'Every recipient is invalid', zh: '接收人全部非法或无权限' },
    cause: {
      en: 'The members, departments and tags were deleted or are outside the visible range.',
      zh: '指定的成员、部门、标签已被删除，或不在应用可见范围内。',
    },
    cure: {
      en: "Check the recipients; ask the company's admin to add them to 可见范围.",
      zh: '核对接收人；如有需要，请企业管理员将其加入「可见范围」。',
    },
  },
] as const
