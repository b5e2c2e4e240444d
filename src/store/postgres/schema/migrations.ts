/** The steps that bring the tables to their newest form, the oldest first. */
export const migrations: readonly { readonly version: number; readonly statements: string[] }[] = [
  { version: 1, statements: [] },
]
