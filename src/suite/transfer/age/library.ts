/**
 * The library of the age format and its cipher, loaded by whoever encrypts or decrypts first: they
 * prepare tables of three curves, which no start should wait for.
 */

export const ageLibrary = () => import('age-encryption')

export const chachaLibrary = () => import('@noble/ciphers/chacha.js')
