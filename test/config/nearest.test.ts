import { describe, expect, test } from 'bun:test'
import { nearestName } from '../../src/config/nearest'

const known = ['SUITED_PORT', 'SUITED_ADMIN_TOKEN', 'SUITED_LOG_LEVEL', 'WECOM_ENCODING_AES_KEY']

describe('the nearest known name', () => {
  test.each([
    ['a letter too few', 'SUITED_LOG_LEVL', 'SUITED_LOG_LEVEL'],
    ['a letter too many', 'SUITED_LOG_LEVVEL', 'SUITED_LOG_LEVEL'],
    ['a wrong letter', 'SUITED_LOG_LAVEL', 'SUITED_LOG_LEVEL'],
    ['letters in a wrong order', 'SUITED_PROT', 'SUITED_PORT'],
    ['a wrong first letter', 'SUITED_BDMIN_TOKEN', 'SUITED_ADMIN_TOKEN'],
    ['three wrong letters of nine', 'SUITED_LOG_LXXXL', 'SUITED_LOG_LEVEL'],
    ['a wrong prefix', 'WECOM_PORT', 'SUITED_PORT'],
    ['only a part of it', 'SUITED_AES_KEY', 'WECOM_ENCODING_AES_KEY'],
  ])('is found by one with %s', (_, name, nearest) => {
    expect(nearestName(name, known)).toBe(nearest)
  })

  test.each([
    ['nothing in common', 'SUITED_XXXXXXXX'],
    ['four wrong letters of nine', 'SUITED_LOG_XXXXL'],
    ['three letters, which fit too many', 'SUITED_TOK'],
    ['nothing behind its prefix', 'SUITED_'],
  ])('is none for one with %s', (_, name) => {
    expect(nearestName(name, known)).toBeUndefined()
  })

  test('is the nearer one of two', () => {
    const hosts = ['A_HOST', 'A_HOIST', 'A_GHOST']
    expect(nearestName('A_HOISTT', hosts)).toBe('A_HOIST')
    expect(nearestName('A_GHOXT', hosts)).toBe('A_GHOST')
  })

  test('is none where nothing is known', () => {
    expect(nearestName('SUITED_PORT', [])).toBeUndefined()
  })
})
