import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { documentName, idOfName } from '../../../../src/store/file/folder/document-name'

const idCharacters = [...'ABCXYZabcxyz0189_-']
const anyId = fc
  .array(fc.constantFrom(...idCharacters), { minLength: 1, maxLength: 100 })
  .map((characters) => characters.join(''))

describe('the name of a document', () => {
  test('has its capitals escaped', () => {
    expect(documentName('wpAbC_1-z')).toBe('wp~ab~c_1-z')
  })

  test('leads back to its id', () => {
    fc.assert(fc.property(anyId, (id) => idOfName(documentName(id)) === id))
  })

  test('is another one for another id, even where letter case does not count', () => {
    fc.assert(
      fc.property(anyId, anyId, (a, b) => {
        const same = documentName(a).toLowerCase() === documentName(b).toLowerCase()
        return same === (a === b)
      }),
    )
  })

  test('leaves no room for a path, a hidden file or another ending', () => {
    fc.assert(fc.property(anyId, (id) => /^[a-z0-9_~-]+$/.test(documentName(id))))
  })

  test('is none for what is too long for a file system', () => {
    const id = 'X'.repeat(128)
    expect(() => documentName(id)).toThrow(expect.objectContaining({ code: 'invalid_request' }))
  })

  test.each(['', 'A', '~', '~1', 'a~', 'a.b', '.DS_Store', 'a b', '~A'])(
    '%j is no name of a document',
    (name) => {
      expect(idOfName(name)).toBeNull()
    },
  )
})
