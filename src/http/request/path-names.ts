/** The names in a path. Routes exist with and without `/suites/{suite}`, from one definition. */
export interface PathNames {
  /** Key or id of a suite. */
  readonly suite?: string
  readonly corpid?: string
}

/** Elysia hands over nothing at all where a path has no names. */
export const pathNames = (params: unknown): PathNames => (params ?? {}) as PathNames
