/**
 * What client generators need of every route: a name for its function, for its types, and examples.
 */
import { describe, expect, test } from 'bun:test'
import { closedTags, operationTags } from '../../../src/http/answer/operation-tags'
import { document, type MediaType, objectsIn, operations } from './printed-document'

type Line = readonly [method: string, path: string, operation: (typeof operations)[number][2]]

/** The routes for which something doesn't hold, by name: a test that fails shows what to mend. */
const without = (holds: (operation: Line[2], path: string) => boolean): string[] =>
  operations
    .filter(([, path, operation]) => !holds(operation, path))
    .map(([method, path]) => `${method} ${path}`)

const mediaOf = (content: Readonly<Record<string, MediaType>> = {}) => Object.entries(content)

const isJson = (type: string) => type === 'application/json'

const successes = ({ responses }: Line[2]) =>
  Object.entries(responses)
    .filter(([status]) => Number(status) < 400)
    .flatMap(([, { content }]) => mediaOf(content))

const refusals = ({ responses }: Line[2]) =>
  Object.entries(responses)
    .filter(([status]) => Number(status) >= 400)
    .flatMap(([, { content }]) => mediaOf(content))

const isNamed = ([type, { schema }]: [string, MediaType]) =>
  !isJson(type) || schema.$ref?.startsWith('#/components/schemas/') === true

const hasExample = ([, media]: [string, MediaType]) => 'example' in media

describe('every route', () => {
  test('has an operationId that reads as a function: a verb and what it is done to', () => {
    expect(without(({ operationId = '' }) => /^[a-z]+([A-Z][a-z]+)+$/.test(operationId))).toEqual(
      [],
    )
  })

  test('has an operationId that no other has', () => {
    const ids = operations.map(([, , { operationId }]) => operationId)
    expect(ids.filter((id, i) => ids.indexOf(id) !== i)).toEqual([])
  })

  test('answers JSON by a named schema: named() of http/answer/named-schema', () => {
    expect(without((operation) => successes(operation).every(isNamed))).toEqual([])
  })

  test('takes JSON by a named schema', () => {
    expect(without(({ requestBody }) => mediaOf(requestBody?.content).every(isNamed))).toEqual([])
  })

  test('shows an example of its good answer, whatever its media type, unless that has no body', () => {
    const shows = (operation: Line[2]) => {
      if (operation.responses[204]) return true
      const good = successes(operation)
      return good.length > 0 && good.every(hasExample)
    }
    expect(without(shows)).toEqual([])
  })

  test('shows an example of the body that it takes', () => {
    expect(without(({ requestBody }) => mediaOf(requestBody?.content).every(hasExample))).toEqual(
      [],
    )
  })

  test('names the codes of each of its refusals, with an example of each', () => {
    const shows = (operation: Line[2]) =>
      refusals(operation).every(([, { examples = {} }]) => Object.keys(examples).length > 0)
    expect(without(shows)).toEqual([])
  })
})

describe('the named schemas', () => {
  test('are called as types are, and each is used', () => {
    const names = Object.keys(document.components.schemas)
    const refs = new Set([...objectsIn(document)].map(({ $ref }) => $ref))
    expect(names.filter((name) => !/^([A-Z][a-z]+)+$/.test(name))).toEqual([])
    expect(names.filter((name) => !refs.has(`#/components/schemas/${name}`))).toEqual([])
  })

  test('are those of the objects that the API speaks of', () => {
    expect(Object.keys(document.components.schemas)).toEqual(
      expect.arrayContaining([
        'Admin',
        'Corp',
        'CorpList',
        'Delivery',
        'Event',
        'EventList',
        'PeriodicJob',
        'Problem',
        'RefusedCallback',
        'SetupStep',
        'Signature',
        'Status',
        'SuiteStatus',
        'Ticket',
        'TimelineEntry',
        'Token',
      ]),
    )
  })
})

describe('the refusals', () => {
  const written = Object.entries(document.components.responses)

  test('stand once each: no two of them are alike', () => {
    const texts = written.map(([, refusal]) => JSON.stringify(refusal))
    expect(texts.filter((text, i) => texts.indexOf(text) !== i)).toEqual([])
  })

  test('stand nowhere else: every route refers to them', () => {
    const inPlace = Object.values(document.paths)
      .flatMap((methods) => Object.values(methods))
      .flatMap(({ responses }) => Object.entries(responses))
      .filter(([status, answer]) => Number(status) >= 400 && !('$ref' in answer))
    expect(inPlace).toEqual([])
  })

  test('are called by their codes', () => {
    const { CorpNotAuthorizedOrSuiteNotFound } = document.components.responses
    const [media] = Object.values(CorpNotAuthorizedOrSuiteNotFound?.content ?? {})
    expect(Object.keys(media?.examples ?? {})).toEqual(['corp_not_authorized', 'suite_not_found'])
  })
})

describe('what says again what stands elsewhere', () => {
  const tagsAt = (matches: (path: string) => boolean) =>
    new Set(operations.filter(([, path]) => matches(path)).flatMap(([, , { tags }]) => tags ?? []))

  const isOldName = (path: string) => /\/(orderUrl|dataUrl|verify)(\/|$)/.test(path)
  /** The address of one company's app has no twin without its suite. */
  const isTwin = (path: string) =>
    path.startsWith('/suites/') && !isOldName(path) && !path.startsWith('/suites/{suite}/corps/')

  test('stands under tags of its own: old names, and addresses of one suite', () => {
    expect(tagsAt(isOldName)).toEqual(new Set(['Old names']))
    expect(tagsAt(isTwin)).toEqual(new Set(['Of one suite']))
  })

  test('and nothing else stands there', () => {
    const others = tagsAt((path) => !isOldName(path) && !isTwin(path))
    expect(closedTags.filter((tag) => others.has(tag))).toEqual([])
  })

  test('comes after everything else', () => {
    const names = operationTags.map(({ name }) => name)
    expect(names.slice(-closedTags.length)).toEqual([...closedTags])
  })
})
