/** Messages written as WeCom writes them: text in CDATA, numbers bare. No I/O. */

/**
 * Text becomes CDATA, a number or bigint stands bare, null is an empty element, an object nests, a
 * list repeats the element, undefined leaves it out.
 */
export type ElementValue =
  | string
  | number
  | bigint
  | null
  | undefined
  | Elements
  | readonly ElementValue[]

export interface Elements {
  readonly [name: string]: ElementValue
}

/** A CDATA section can't hold its own end, so that is split over two. */
const cdata = (text: string) => `<![CDATA[${text.replaceAll(']]>', ']]]]><![CDATA[>')}]]>`

const element = (name: string, value: ElementValue): string => {
  if (value === undefined) return ''
  if (Array.isArray(value)) return value.map((item) => element(name, item)).join('')
  return `<${name}>${content(value)}</${name}>`
}

const content = (value: Exclude<ElementValue, undefined>): string => {
  if (value === null) return ''
  if (typeof value === 'string') return cdata(value)
  if (typeof value === 'object') {
    return Object.entries(value)
      .map(([name, child]) => element(name, child))
      .join('')
  }
  return String(value)
}

/** A whole message with these elements in this order. */
export const messageXml = (elements: Elements): string => element('xml', elements)
