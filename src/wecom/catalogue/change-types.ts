/** The ChangeTypes by which some of WeCom's events say what changed. No I/O. */

/** Of `change_contact`. */
export const contactChangeTypes = [
  'create_user',
  'update_user',
  'delete_user',
  'create_party',
  'update_party',
  'delete_party',
  'update_tag',
] as const

/** Of `change_external_contact`. */
export const externalContactChangeTypes = [
  'add_external_contact',
  'add_half_external_contact',
  'edit_external_contact',
  'del_external_contact',
  'del_follow_user',
  'transfer_fail',
  'msg_audit_approved',
] as const

/** Of `change_external_chat`. */
export const externalChatChangeTypes = ['create', 'update', 'dismiss'] as const

/** Of `change_external_tag`. */
export const externalTagChangeTypes = ['create', 'update', 'delete', 'shuffle'] as const

/** Of `change_school_contact`. */
export const schoolContactChangeTypes = [
  'create_student',
  'update_student',
  'delete_student',
  'create_parent',
  'update_parent',
  'delete_parent',
  'create_department',
  'update_department',
  'delete_department',
  'subscribe',
  'unsubscribe',
] as const

/** Of `event.customer_acquisition`. */
export const customerAcquisitionChangeTypes = [
  'balance_low',
  'balance_exhausted',
  'delete_link',
  'link_unavailable',
  'friend_request',
  'customer_start_chat',
] as const
