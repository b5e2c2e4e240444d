/**
 * Elysia compiles each schema of a route at the app's first request there. A service composes a few
 * apps in its life, tests compose thousands, of the same schemas: what is compiled of one is kept.
 */
import { mock } from 'bun:test'
import { TypeCompiler } from '@sinclair/typebox/compiler'
import * as exactMirror from 'exact-mirror'

const { createMirror } = exactMirror
const compile = TypeCompiler.Compile

type Compile = typeof compile
type Check = ReturnType<Compile>
type Mirror = ReturnType<typeof createMirror>

const checks = new WeakMap<object, Check>()
const mirrors = new WeakMap<object, Mirror>()

/** Elysia writes on what it gets. */
const copyOf = (check: Check): Check =>
  Object.assign(Object.create(Object.getPrototypeOf(check)), check)

TypeCompiler.Compile = ((schema, references = []) => {
  if (references.length > 0) return compile(schema, references)
  const known = checks.get(schema) ?? compile(schema)
  checks.set(schema, known)
  return copyOf(known)
}) as Compile

const mirrorOnce: typeof createMirror = (schema, options) => {
  const known = mirrors.get(schema) ?? createMirror(schema, options)
  mirrors.set(schema, known)
  return known
}

mock.module('exact-mirror', () => ({
  ...exactMirror,
  createMirror: mirrorOnce,
  default: mirrorOnce,
}))
