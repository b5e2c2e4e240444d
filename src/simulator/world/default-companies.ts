/** The companies of a world that names none of its own. No I/O. */

/**
 * Three companies with the members one needs to try things: who founded it, who manages, who works.
 */
export const defaultCompanies = [
  {
    name: '青松科技有限公司',
    members: [
      { name: '陈立', role: 'creator', departments: [1] },
      { name: '王小雨', role: 'sub_admin', departments: [2] },
      { name: '赵一鸣', role: 'member', departments: [2, 3] },
    ],
  },
  {
    name: '云帆贸易有限公司',
    members: [
      { name: '林海', role: 'creator', departments: [1] },
      { name: '周敏', role: 'member', departments: [2] },
    ],
  },
  {
    name: '长河教育集团',
    members: [
      { name: '孙文', role: 'creator', departments: [1] },
      { name: '李思思', role: 'sub_admin', departments: [1] },
      { name: '吴桐', role: 'member', departments: [3] },
    ],
  },
] as const
