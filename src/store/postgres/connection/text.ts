/** Texts from outside on their way into a column. No I/O. */

/** `text` takes no U+0000: in what is only shown or searched it is left out. */
export const withoutNul = (text: string): string => text.replaceAll('\0', '')
