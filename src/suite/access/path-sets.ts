/** Ready sets of WeCom's paths that a key may be limited to, each by what it is for. */

/** A path means itself; with `/` at its end, everything below it. */
export const pathSets: Readonly<Record<string, readonly string[]>> = {
  'contacts:read': [
    '/cgi-bin/user/get',
    '/cgi-bin/user/simplelist',
    '/cgi-bin/user/list',
    '/cgi-bin/user/list_id',
    '/cgi-bin/user/getuserid',
    '/cgi-bin/user/get_userid_by_email',
    '/cgi-bin/user/list_member_auth',
    '/cgi-bin/user/check_member_auth',
    '/cgi-bin/department/list',
    '/cgi-bin/department/simplelist',
    '/cgi-bin/department/get',
    '/cgi-bin/tag/list',
    '/cgi-bin/tag/get',
    '/cgi-bin/batch/userid_to_openuserid',
    '/cgi-bin/batch/openuserid_to_userid',
  ],
  'customers:read': [
    '/cgi-bin/externalcontact/get',
    '/cgi-bin/externalcontact/list',
    '/cgi-bin/externalcontact/batch/get_by_user',
    '/cgi-bin/externalcontact/get_follow_user_list',
    '/cgi-bin/externalcontact/get_corp_tag_list',
    '/cgi-bin/externalcontact/groupchat/list',
    '/cgi-bin/externalcontact/groupchat/get',
    '/cgi-bin/externalcontact/get_new_external_userid',
    '/cgi-bin/externalcontact/get_unassigned_list',
    '/cgi-bin/externalcontact/get_user_behavior_data',
  ],
  'messages:send': [
    '/cgi-bin/message/send',
    '/cgi-bin/message/recall',
    '/cgi-bin/message/update_template_card',
    '/cgi-bin/media/upload',
    '/cgi-bin/media/uploadimg',
  ],
  'media:read': ['/cgi-bin/media/get', '/cgi-bin/media/get/jssdk'],
  'service-desk': ['/cgi-bin/kf/'],
  'app:read': ['/cgi-bin/agent/get', '/cgi-bin/agent/get_permissions'],
}

/** Whether a path of WeCom's is one of those that `entry` names: a path, a folder, a ready set. */
export const pathFits = (entry: string, path: string): boolean => {
  if (Object.hasOwn(pathSets, entry)) {
    return (pathSets[entry] ?? []).some((one) => pathFits(one, path))
  }
  return entry.endsWith('/') ? path.startsWith(entry) : path === entry
}
