import { expect, test } from 'bun:test'
import { shownName } from '../../../../../src/http/pages/view/document/shown-name'

test.each([
  ['上海晨曦科技有限公司', '上海晨曦科技有限公司'],
  ['<script>alert("x")</script>', '<script>alert("x")</script>'],
  ['  a\n\tb  ', 'a b'],
  ['evil\u202etxt.exe', 'evil txt.exe'],
  ['\u2066a\u2069\u200fb\u061c', 'a b'],
  ['شركة', 'شركة'],
  ['👩‍💻', '👩‍💻'],
  ['\ud800x', '\ufffdx'],
  ['', ''],
])('%j is shown as %j', (name, shown) => {
  expect(shownName(name)).toBe(shown)
})

test('a long name is cut to 60 characters, none of them halved', () => {
  expect(shownName('晨'.repeat(10_000))).toBe(`${'晨'.repeat(59)}…`)
  expect(shownName('😀'.repeat(10_000))).toBe(`${'😀'.repeat(59)}…`)
  expect(shownName('x'.repeat(60))).toBe('x'.repeat(60))
})
