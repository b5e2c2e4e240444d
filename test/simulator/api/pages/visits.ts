import { createBox } from '../../box'

export type Query = Record<string, string>

/** A box whose pages are opened as from the site of the provider. */
export const setUpVisits = () => {
  const box = createBox()
  const visit = async (path: string, query: Query, referer = 'https://app.example.com/') => {
    const response = await box.simulator.fetch(
      `https://any.example${path}?${new URLSearchParams(query)}`,
      { headers: referer === '' ? {} : { referer } },
    )
    const location = response.headers.get('location')
    return {
      target: location === null ? null : new URL(location),
      parameters: Object.fromEntries(new URL(location ?? 'x:').searchParams),
      errcode: box.simulator.calls.list().at(-1)?.errcode,
      text: await response.text(),
    }
  }
  return { ...box, visit }
}
