import { describe, expect, test } from 'bun:test'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createSecretSearch, searchFolder } from './secrets-in-clear'
import { createTemporaryFolder } from './store/temporary-folder'

const secrets = new Map([
  ['secret-number-one', 'a code'],
  ['secret-number-two', 'a token'],
])
const secretsIn = createSecretSearch(secrets)

describe('the search for secrets', () => {
  test.each([
    ['at the beginning', 'secret-number-two and more'],
    ['at the end', 'more and secret-number-two'],
    ['as the whole', 'secret-number-two'],
    ['after half of it', 'secret-secret-number-two'],
    ['between bytes that are no text', Buffer.from('\0\xffsecret-number-two\x01', 'latin1')],
  ])('finds one that stands %s', (_, searched) => {
    expect(secretsIn(searched)).toEqual(['secret-number-two'])
  })

  test.each([
    ['nothing', ''],
    ['all but the last letter', 'secret-number-tw'],
    ['all but the first letter', 'ecret-number-two'],
    ['another text', 'secret-number-six'],
  ])('finds none in %s', (_, searched) => {
    expect(secretsIn(searched)).toEqual([])
  })

  test('reads every file of a folder, and every name', async () => {
    const folder = await createTemporaryFolder()
    await mkdir(join(folder.path, 'below', 'of-secret-number-one'), { recursive: true })
    await writeFile(join(folder.path, 'below', 'file'), 'x secret-number-two x')
    expect(await searchFolder(folder.path, secrets)).toEqual({
      files: 1,
      inFiles: new Map([['secret-number-two', ['below/file']]]),
      inNames: ['secret-number-one'],
    })
    await folder.remove()
  })
})
