/** QR codes as images within the page. Pure. */
import { renderSVG } from 'uqr'
import { Html, html } from './html'

/** Longer links make a code too fine for a phone's camera to read off a screen. */
const longest = 1000

/**
 * An image, so that a long press in WeCom's and WeChat's webviews offers to recognise it, which an
 * SVG element doesn't get. Dark on light whatever the page's scheme: many readers know no other.
 *
 * @returns null where the link is too long for a code that can be scanned
 */
export const qrImage = (link: string, alt: string): Html | null => {
  if (Buffer.byteLength(link) > longest) return null
  const svg = renderSVG(link, { ecc: 'L', border: 4, pixelSize: 1 })
  // Without this, hairlines show between the squares where they don't fall on whole pixels.
  const crisp = svg.replace('<svg ', '<svg shape-rendering="crispEdges" ')
  const source = Html.fixed(`data:image/svg+xml;base64,${Buffer.from(crisp).toString('base64')}`)
  return html`<img class="qr" width="240" height="240" alt="${alt}" src="${source}">`
}
