/** The address of a call: what of its parameters goes into the path, and what is left. */

/** WeCom's path in a proxied call is several segments; everything else is one. */
const encoded = (name: string, value: unknown): string => {
  const segments = name === 'path' ? String(value ?? '').split('/') : [String(value ?? '')]
  // Nothing and dots would make another address of it.
  if (segments.some((segment) => /^\.{0,2}$/.test(segment))) {
    throw new TypeError(`"${value}" is no ${name}`)
  }
  return segments.map(encodeURIComponent).join('/')
}

/**
 * @param template as in OpenAPI: `/api/corps/{corpid}`
 * @throws {TypeError} a parameter of the path is missing
 */
export const addressOf = (template: string, parameters: Readonly<Record<string, unknown>>) => {
  const others = { ...parameters }
  const path = template.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    delete others[name]
    return encoded(name, parameters[name])
  })
  return { path, others }
}
