/**
 * A file as WeCom hands it out: its bytes, their type and name, or the range that was asked for. No
 * I/O.
 */
import type { MediaFile } from '../../world/world'
import type { Reply } from '../call/reply'

const contentTypes: Readonly<Record<string, string>> = {
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  png: 'image/png',
  amr: 'voice/amr',
  mp4: 'video/mp4',
  txt: 'text/plain',
  pdf: 'application/pdf',
}

const contentTypeOf = (filename: string): string =>
  contentTypes[filename.split('.').at(-1)?.toLowerCase() ?? ''] ?? 'application/octet-stream'

/** Names outside ASCII twice, as RFC 6266 wants it. */
const dispositionOf = (filename: string): string => {
  const plain = filename.replace(/[^\x20-\x7e]|["\\]/g, '_')
  const encoded = plain === filename ? '' : `; filename*=UTF-8''${encodeURIComponent(filename)}`
  return `attachment; filename="${plain}"${encoded}`
}

/**
 * The first and the last byte of `bytes=0-99`, `bytes=100-` or `bytes=-100`; null for the whole.
 */
const rangeOf = (
  header: string | null,
  size: number,
): { first: number; last: number } | 'unsatisfiable' | null => {
  const [, from = '', to = ''] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? []
  if (from === '' && to === '') return null
  const first = from === '' ? Math.max(0, size - Number(to)) : Number(from)
  const last = from === '' || to === '' ? size - 1 : Math.min(Number(to), size - 1)
  return first > last ? 'unsatisfiable' : { first, last }
}

export const mediaReply = (
  { filename, content }: MediaFile & { readonly content: Blob },
  range: string | null,
): Reply => {
  const { size } = content
  const headers: Record<string, string> = {
    'content-type': contentTypeOf(filename),
    'content-disposition': dispositionOf(filename),
    'accept-ranges': 'bytes',
  }
  const asked = rangeOf(range, size)
  if (asked === 'unsatisfiable') {
    const unsatisfied = { ...headers, 'content-range': `bytes */${size}` }
    return { response: new Response(null, { status: 416, headers: unsatisfied }), errcode: null }
  }
  if (!asked) return { response: new Response(content, { headers }), errcode: 0 }
  const { first, last } = asked
  const partial = { ...headers, 'content-range': `bytes ${first}-${last}/${size}` }
  const body = content.slice(first, last + 1)
  return { response: new Response(body, { status: 206, headers: partial }), errcode: 0 }
}
