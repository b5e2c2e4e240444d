/** Which headers of a delivery are an endpoint's to name. Pure. */

/** What signs a delivery, what HTTP needs, and what suited alone knows. */
const own =
  /^(webhook-.*|suited-.*|traceparent|user-agent|content-(type|length|encoding)|host|connection|keep-alive|transfer-encoding|te|trailer|upgrade|expect|proxy-.*)$/i

const headerName = /^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}$/

export const isHeaderName = (name: string): boolean => headerName.test(name)

/** Whether suited or HTTP says it itself. */
export const isOwnHeader = (name: string): boolean => own.test(name)

/** The extra headers of an endpoint, however it was made, that may be sent. */
export const extraHeaders = (given: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(given).filter(([name]) => isHeaderName(name) && !isOwnHeader(name)),
  )
