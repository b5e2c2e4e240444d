/** The mark above a page's title: how it went, at a glance. Pure. */
import { Html } from './html'

const paths = {
  done: ['good', '<path d="M5.5 12.5l4.5 4.5 8.5-9.5"/>'],
  onward: ['calm', '<path d="M5 12h14M13 6l6 6-6 6"/>'],
  waiting: ['calm', '<path class="turning" d="M12 4a8 8 0 1 1-8 8"/>'],
  scan: [
    'calm',
    '<path d="M4 8V5.5A1.5 1.5 0 0 1 5.5 4H8M16 4h2.5A1.5 1.5 0 0 1 20 5.5V8M20 16v2.5a1.5 1.5 0 0 1-1.5 1.5H16M8 20H5.5A1.5 1.5 0 0 1 4 18.5V16M4 12h16"/>',
  ],
  attention: ['heed', '<path d="M12 5.5v8M12 18.2v.1"/>'],
} as const

export type Mark = keyof typeof paths

/** A picture that says no more than the title does, so readers of screens skip it. */
export const markImage = (mark: Mark): Html => {
  const [colour, path] = paths[mark]
  return Html.fixed(
    `<svg class="mark ${colour}" viewBox="0 0 24 24" aria-hidden="true" focusable="false">${path}</svg>`,
  )
}
