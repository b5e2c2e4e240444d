/** WCAG's contrast of every text that a page shows, computed in the browser. */
import type { Page } from 'playwright-core'

export interface Contrast {
  readonly text: string
  readonly ratio: number
}

/** A colour is read off a canvas, since a style may name it in any way. */
const script = `(() => {
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true })
  const channels = (colour) => {
    canvas.clearRect(0, 0, 1, 1)
    canvas.fillStyle = colour
    canvas.fillRect(0, 0, 1, 1)
    return [...canvas.getImageData(0, 0, 1, 1).data]
  }
  const luminance = (colour) => {
    const [red, green, blue] = channels(colour)
      .map((value) => value / 255)
      .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
  }
  const behind = (element) => {
    const colour = getComputedStyle(element).backgroundColor
    if (channels(colour)[3] === 255) return colour
    return element.parentElement ? behind(element.parentElement) : 'white'
  }
  const ratio = (element) => {
    const both = [getComputedStyle(element).color, behind(element)].map(luminance)
    return (Math.max(...both) + 0.05) / (Math.min(...both) + 0.05)
  }
  const isText = (node) => node.nodeType === 3 && node.data.trim() !== ''
  return [...document.body.querySelectorAll('*')]
    .filter((element) => element.tagName !== 'SCRIPT' && element.getClientRects().length > 0)
    .filter((element) => element.tagName === 'svg' || [...element.childNodes].some(isText))
    .map((element) => ({ text: element.textContent.trim().slice(0, 40), ratio: ratio(element) }))
})()`

/** The texts and the mark of a page; the mark, which has no text, is held to the same. */
export const contrastsOf = (page: Page): Promise<Contrast[]> => page.evaluate(script)
