/**
 * `change_contact` (成员变更事件 and its siblings, document 90639 ff.), in both of its shapes. No I/O.
 */
import type { FieldsByType } from './example'

export const contactFields: FieldsByType = {
  create_user: ({ userid }) => ({
    UserID: userid,
    OpenUserID: userid,
    Name: userid,
    Department: '1,2',
    MainDepartment: 1,
    IsLeaderInDept: '1,0',
    DirectLeader: userid,
    Position: '产品经理',
    Gender: 0,
    Alias: '小王',
    Status: 1,
    ExtAttr: {
      Item: [
        { Name: '爱好', Type: 0, Text: { Value: '旅游' } },
        { Name: '主页', Type: 1, Web: { Title: '企业主页', Url: 'https://www.example.com' } },
      ],
    },
  }),
  update_user: ({ userid }) => ({
    UserID: userid,
    OpenUserID: userid,
    Department: '1',
    MainDepartment: 1,
    Status: 1,
  }),
  delete_user: ({ userid }) => ({ UserID: userid, OpenUserID: userid }),
  create_party: () => ({ Id: 2, Name: '研发部', ParentId: 1, Order: 1 }),
  update_party: () => ({ Id: 2, Name: '产品研发部', ParentId: 1 }),
  delete_party: () => ({ Id: 2 }),
  update_tag: ({ userid }) => ({ TagId: 3, AddUserItems: userid, DelPartyItems: '4' }),
}
