/** Identities of an older suited, which count as ever. */

/** The hash alone, without the moment that stands before it now; another identity as it is. */
export const identityBefore = (identity: string): string => identity.replace(/^t\d{10}-/, '')
