import { describe, expect, test } from 'bun:test'
import { ownAddressOf, ownLink } from '../../../../src/suite/pages/flow/own-address'
import { corpWith, publicUrl, suitesOf, suiteWith } from '../login-fixtures'

const crm = suiteWith()
const hr = suiteWith({ key: 'hr', suiteId: 'wwHr' })
const own = { publicUrl: 'https://own.customer.example/wecom', trustedDomains: [] }

describe('our own address', () => {
  test('is the public URL, with the suite’s key where there are several', () => {
    expect(ownAddressOf(suitesOf([crm]), crm, publicUrl, null)).toEqual({
      base: publicUrl,
      prefix: '',
    })
    expect(ownAddressOf(suitesOf([crm, hr]), hr, publicUrl, null)).toEqual({
      base: publicUrl,
      prefix: '/suites/hr',
    })
  })

  test('is the company’s where it has one', () => {
    const suites = suitesOf([crm])

    expect(ownAddressOf(suites, crm, publicUrl, corpWith({ site: own })).base).toBe(own.publicUrl)
    expect(ownAddressOf(suites, crm, null, corpWith({ site: own })).base).toBe(own.publicUrl)
    const without = corpWith({ site: { publicUrl: null, trustedDomains: [] } })
    expect(ownAddressOf(suites, crm, publicUrl, without).base).toBe(publicUrl)
  })

  test('is said to be missing where nobody set it', () => {
    expect(() => ownAddressOf(suitesOf([crm]), crm, null, corpWith())).toThrow(
      expect.objectContaining({ code: 'public_url_missing' }),
    )
  })
})

test('a link of ours has the parameters that are given, encoded', () => {
  const address = { base: publicUrl, prefix: '/suites/hr' }

  expect(ownLink(address, '/login', { redirect: 'https://a/?b=1&c', corpid: null })).toBe(
    'https://gw.example.com/suites/hr/login?redirect=https%3A%2F%2Fa%2F%3Fb%3D1%26c',
  )
  expect(ownLink(address, '/login', { corpid: null })).toBe(
    'https://gw.example.com/suites/hr/login',
  )
})
