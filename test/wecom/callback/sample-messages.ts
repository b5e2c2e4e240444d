/**
 * One message of each shape that WeCom sends, decrypted, by the URL it comes by. Events not among
 * them differ from one that is only in InfoType or ChangeType and a few elements.
 */
export interface SampleMessage {
  /** What the API calls `type`: InfoType, `event.<Event>` or MsgType. */
  readonly type: string
  readonly xml: string
}

/** Sent to the command URL. */
export const commandSamples: readonly SampleMessage[] = [
  {
    type: 'suite_ticket',
    xml: '<xml><SuiteId><![CDATA[wwsuite0123456789]]></SuiteId><InfoType><![CDATA[suite_ticket]]></InfoType><TimeStamp>1700000000</TimeStamp><SuiteTicket><![CDATA[tk-001]]></SuiteTicket></xml>',
  },
  {
    type: 'create_auth',
    xml: '<xml><SuiteId><![CDATA[wwsuite0123456789]]></SuiteId><AuthCode><![CDATA[ac-001]]></AuthCode><InfoType><![CDATA[create_auth]]></InfoType><TimeStamp>1700000010</TimeStamp><State><![CDATA[chan7]]></State><ExtraInfo></ExtraInfo></xml>',
  },
  {
    type: 'change_auth',
    xml: '<xml><SuiteId><![CDATA[wwsuite0123456789]]></SuiteId><InfoType><![CDATA[change_auth]]></InfoType><TimeStamp>1700000020</TimeStamp><AuthCorpId><![CDATA[wpCorpA]]></AuthCorpId><State><![CDATA[chan7]]></State></xml>',
  },
  {
    type: 'cancel_auth',
    xml: '<xml><SuiteId><![CDATA[wwsuite0123456789]]></SuiteId><InfoType><![CDATA[cancel_auth]]></InfoType><TimeStamp>1700000030</TimeStamp><AuthCorpId><![CDATA[wpCorpA]]></AuthCorpId></xml>',
  },
  {
    type: 'reset_permanent_code',
    xml: '<xml><SuiteId><![CDATA[dktemplate01]]></SuiteId><AuthCode><![CDATA[ac-002]]></AuthCode><InfoType><![CDATA[reset_permanent_code]]></InfoType><TimeStamp>1700000040</TimeStamp></xml>',
  },
  {
    type: 'change_contact',
    xml: '<xml><SuiteId><![CDATA[wwsuite0123456789]]></SuiteId><AuthCorpId><![CDATA[wpCorpA]]></AuthCorpId><InfoType><![CDATA[change_contact]]></InfoType><TimeStamp>1700000050</TimeStamp><ChangeType><![CDATA[create_user]]></ChangeType><UserID><![CDATA[woUserA]]></UserID><OpenUserID><![CDATA[woUserA]]></OpenUserID><Name><![CDATA[woUserA]]></Name><Department><![CDATA[1,2]]></Department><MainDepartment>1</MainDepartment><IsLeaderInDept><![CDATA[1,0]]></IsLeaderInDept><Gender>0</Gender><Status>1</Status></xml>',
  },
  {
    type: 'change_contact',
    xml: '<xml><SuiteId><![CDATA[wwsuite0123456789]]></SuiteId><AuthCorpId><![CDATA[wpCorpA]]></AuthCorpId><InfoType><![CDATA[change_contact]]></InfoType><TimeStamp>1700000060</TimeStamp><ChangeType><![CDATA[update_tag]]></ChangeType><TagId>3</TagId><AddUserItems><![CDATA[woUserA,woUserB]]></AddUserItems><DelPartyItems><![CDATA[4]]></DelPartyItems></xml>',
  },
  {
    type: 'share_agent_change',
    xml: '<xml><SuiteId><![CDATA[wwsuite0123456789]]></SuiteId><InfoType><![CDATA[share_agent_change]]></InfoType><TimeStamp>1700000070</TimeStamp><AppId>1</AppId><CorpId><![CDATA[wpUpper]]></CorpId><AgentId>1000007</AgentId></xml>',
  },
  {
    type: 'share_chain_change',
    xml: '<xml><SuiteId><![CDATA[wwsuite0123456789]]></SuiteId><InfoType><![CDATA[share_chain_change]]></InfoType><TimeStamp>1700000071</TimeStamp><AppId>1</AppId><CorpId><![CDATA[wpUpper]]></CorpId><AgentId>1000007</AgentId></xml>',
  },
  {
    type: 'corp_arch_auth',
    xml: '<xml><SuiteId><![CDATA[wwsuite0123456789]]></SuiteId><AuthCorpId><![CDATA[wpCorpA]]></AuthCorpId><InfoType><![CDATA[corp_arch_auth]]></InfoType><TimeStamp>1700000080</TimeStamp></xml>',
  },
  {
    type: 'approve_special_auth',
    xml: '<xml><SuiteId><![CDATA[wwsuite0123456789]]></SuiteId><AuthCorpId><![CDATA[wpCorpA]]></AuthCorpId><InfoType><![CDATA[approve_special_auth]]></InfoType><TimeStamp>1700000090</TimeStamp><AuthType><![CDATA[customer_acquisition]]></AuthType></xml>',
  },
  {
    type: 'auth_data_permission',
    xml: '<xml><SuiteId><![CDATA[wwsuite0123456789]]></SuiteId><AuthCorpId><![CDATA[wpCorpA]]></AuthCorpId><InfoType><![CDATA[auth_data_permission]]></InfoType><TimeStamp>1700000091</TimeStamp><AuthType><![CDATA[data_zone_chat]]></AuthType></xml>',
  },
  {
    type: 'change_external_contact',
    xml: '<xml><SuiteId><![CDATA[wwsuite0123456789]]></SuiteId><AuthCorpId><![CDATA[wpCorpA]]></AuthCorpId><InfoType><![CDATA[change_external_contact]]></InfoType><TimeStamp>1700000100</TimeStamp><ChangeType><![CDATA[add_external_contact]]></ChangeType><UserID><![CDATA[woUserA]]></UserID><ExternalUserID><![CDATA[wmCust1]]></ExternalUserID><State><![CDATA[s1]]></State><WelcomeCode><![CDATA[wc1]]></WelcomeCode></xml>',
  },
  {
    type: 'change_external_chat',
    xml: '<xml><SuiteId><![CDATA[wwsuite0123456789]]></SuiteId><AuthCorpId><![CDATA[wpCorpA]]></AuthCorpId><InfoType><![CDATA[change_external_chat]]></InfoType><TimeStamp>1700000110</TimeStamp><ChatId><![CDATA[wrChat1]]></ChatId><ChangeType><![CDATA[update]]></ChangeType><UpdateDetail><![CDATA[add_member]]></UpdateDetail><JoinScene>1</JoinScene><QuitScene>0</QuitScene><MemChangeCnt>1</MemChangeCnt><MemChangeList><Item>wmCust1</Item></MemChangeList><LastMemVer>a1</LastMemVer><CurMemVer>a2</CurMemVer></xml>',
  },
  {
    type: 'change_external_tag',
    xml: '<xml><SuiteId><![CDATA[wwsuite0123456789]]></SuiteId><AuthCorpId><![CDATA[wpCorpA]]></AuthCorpId><InfoType><![CDATA[change_external_tag]]></InfoType><TimeStamp>1700000120</TimeStamp><Id><![CDATA[etTag1]]></Id><TagType><![CDATA[tag]]></TagType><ChangeType><![CDATA[create]]></ChangeType></xml>',
  },
  {
    type: 'change_school_contact',
    xml: '<xml><SuiteId><![CDATA[wwsuite0123456789]]></SuiteId><AuthCorpId><![CDATA[wpCorpA]]></AuthCorpId><InfoType><![CDATA[change_school_contact]]></InfoType><TimeStamp>1700000130</TimeStamp><ChangeType><![CDATA[update_student]]></ChangeType><Id><![CDATA[st1]]></Id><NewId><![CDATA[st2]]></NewId></xml>',
  },
  {
    type: 'open_order',
    xml: '<xml><SuiteId><![CDATA[wwsuite0123456789]]></SuiteId><PaidCorpId><![CDATA[wpCorpA]]></PaidCorpId><InfoType><![CDATA[open_order]]></InfoType><TimeStamp>1700000140</TimeStamp><OrderId><![CDATA[o1]]></OrderId><OperatorId><![CDATA[woUserA]]></OperatorId></xml>',
  },
  {
    type: 'change_order',
    xml: '<xml><SuiteId><![CDATA[wwsuite0123456789]]></SuiteId><PaidCorpId><![CDATA[wpCorpA]]></PaidCorpId><InfoType><![CDATA[change_order]]></InfoType><TimeStamp>1700000141</TimeStamp><OldOrderId><![CDATA[o1]]></OldOrderId><NewOrderId><![CDATA[o2]]></NewOrderId></xml>',
  },
  {
    type: 'pay_for_app_success',
    xml: '<xml><SuiteId><![CDATA[wwsuite0123456789]]></SuiteId><PaidCorpId><![CDATA[wpCorpA]]></PaidCorpId><InfoType><![CDATA[pay_for_app_success]]></InfoType><TimeStamp>1700000142</TimeStamp><OrderId><![CDATA[o2]]></OrderId></xml>',
  },
  {
    type: 'change_editon',
    xml: '<xml><SuiteId><![CDATA[wwsuite0123456789]]></SuiteId><PaidCorpId><![CDATA[wpCorpA]]></PaidCorpId><InfoType><![CDATA[change_editon]]></InfoType><TimeStamp>1700000143</TimeStamp></xml>',
  },
]

/** Sent to the system-event URL. */
export const systemSamples: readonly SampleMessage[] = [
  {
    type: 'register_corp',
    xml: '<xml><ServiceCorpId><![CDATA[wwprovider012345678]]></ServiceCorpId><InfoType><![CDATA[register_corp]]></InfoType><TimeStamp>1700000150</TimeStamp><RegisterCode><![CDATA[rc1]]></RegisterCode><AuthCorpId><![CDATA[wpCorpB]]></AuthCorpId><ContactSync><AccessToken><![CDATA[at1]]></AccessToken><ExpiresIn>1800</ExpiresIn></ContactSync><AuthUserInfo><UserId><![CDATA[u1]]></UserId></AuthUserInfo><State><![CDATA[s1]]></State><TemplateId><![CDATA[tpl1]]></TemplateId></xml>',
  },
  {
    type: 'license_pay_success',
    xml: '<xml><ServiceCorpId><![CDATA[wwprovider012345678]]></ServiceCorpId><InfoType><![CDATA[license_pay_success]]></InfoType><AuthCorpId><![CDATA[wpCorpA]]></AuthCorpId><OrderId><![CDATA[OI1]]></OrderId><BuyerUserId><![CDATA[ops]]></BuyerUserId><TimeStamp>1700000160</TimeStamp></xml>',
  },
  {
    type: 'license_refund',
    xml: '<xml><ServiceCorpId><![CDATA[wwprovider012345678]]></ServiceCorpId><InfoType><![CDATA[license_refund]]></InfoType><AuthCorpId><![CDATA[wpCorpA]]></AuthCorpId><OrderId><![CDATA[OI1]]></OrderId><OrderStatus>1</OrderStatus><TimeStamp>1700000161</TimeStamp></xml>',
  },
  {
    type: 'auto_activate',
    xml: '<xml><ServiceCorpId><![CDATA[wwprovider012345678]]></ServiceCorpId><InfoType><![CDATA[auto_activate]]></InfoType><AuthCorpId><![CDATA[wpCorpA]]></AuthCorpId><Scene>1</Scene><TimeStamp>1700000162</TimeStamp><AccountList><ActiveCode><![CDATA[LA1]]></ActiveCode><Type>1</Type><ExpireTime>1730000000</ExpireTime><UserId><![CDATA[woUserA]]></UserId><PreviousStatus>1</PreviousStatus><PreviousActiveCode><![CDATA[LA0]]></PreviousActiveCode></AccountList></xml>',
  },
]

/** Sent to the data URL. */
export const dataSamples: readonly SampleMessage[] = [
  {
    type: 'device_data_auth_change',
    xml: '<xml><SuiteId><![CDATA[wwsuite0123456789]]></SuiteId><AuthCorpId><![CDATA[wpCorpA]]></AuthCorpId><InfoType><![CDATA[device_data_auth_change]]></InfoType><TimeStamp>1700000170</TimeStamp><AgentID>1000007</AgentID></xml>',
  },
  {
    type: 'text',
    xml: '<xml><ToUserName><![CDATA[wpCorpA]]></ToUserName><FromUserName><![CDATA[woUserA]]></FromUserName><CreateTime>1700000200</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[hi]]></Content><MsgId>7300000000000000001</MsgId><AgentID>1000007</AgentID></xml>',
  },
  {
    type: 'event.enter_agent',
    xml: '<xml><ToUserName><![CDATA[wpCorpA]]></ToUserName><FromUserName><![CDATA[woUserA]]></FromUserName><CreateTime>1700000201</CreateTime><MsgType><![CDATA[event]]></MsgType><Event><![CDATA[enter_agent]]></Event><EventKey><![CDATA[]]></EventKey><AgentID>1000007</AgentID></xml>',
  },
  {
    type: 'event.change_app_admin',
    xml: '<xml><ToUserName><![CDATA[wpCorpA]]></ToUserName><FromUserName><![CDATA[sys]]></FromUserName><CreateTime>1700000202</CreateTime><MsgType><![CDATA[event]]></MsgType><Event><![CDATA[change_app_admin]]></Event><AgentID>1000007</AgentID></xml>',
  },
  {
    type: 'event.template_card_event',
    xml: '<xml><ToUserName><![CDATA[wpCorpA]]></ToUserName><FromUserName><![CDATA[woUserA]]></FromUserName><CreateTime>1700000203</CreateTime><MsgType><![CDATA[event]]></MsgType><Event><![CDATA[template_card_event]]></Event><EventKey><![CDATA[ok]]></EventKey><TaskId><![CDATA[t1]]></TaskId><CardType><![CDATA[vote_interaction]]></CardType><ResponseCode><![CDATA[rc1]]></ResponseCode><AgentID>1000007</AgentID><SelectedItems><SelectedItem><QuestionKey><![CDATA[q1]]></QuestionKey><OptionIds><OptionId><![CDATA[a]]></OptionId><OptionId><![CDATA[b]]></OptionId></OptionIds></SelectedItem></SelectedItems></xml>',
  },
]
