/**
 * The library of the age format and its cipher, loaded by whoever encrypts or decrypts first: they
 * prepare tables of three curves, which no start should wait for.
 */

/** Encrypts and decrypts in the age format. */
export const ageLibrary = () => import('age-encryption')

/** The cipher under which the format wraps the key of a file. */
export const chachaLibrary = () => import('@noble/ciphers/chacha.js')
