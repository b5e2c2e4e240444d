/** The shapes in which WeCom answers over HTTP. No I/O. */

/** An answer, and the errcode in it: 0 for a success, null where it has none. */
export interface Reply {
  readonly response: Response
  readonly errcode: number | null
}

/** A JSON answer. WeCom's HTTP status is 200 for failures too. */
export const jsonReply = (body: Readonly<Record<string, unknown>>, status = 200): Reply => ({
  response: new Response(JSON.stringify(body), {
    status,
    headers: { 'content-type': 'application/json; charset=UTF-8' },
  }),
  errcode: typeof body.errcode === 'number' ? body.errcode : 0,
})

const escaped: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** A text as HTML shows it to the letter. */
export const escapeHtml = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => escaped[character] ?? '')

/** A small page that says one thing. */
export const pageReply = (
  { title, text, status = 200 }: { title: string; text: string; status?: number },
  errcode: number | null = null,
): Reply => ({
  response: new Response(
    `<!doctype html><html lang="en"><meta charset="utf-8"><title>${escapeHtml(title)}</title><h1>${escapeHtml(title)}</h1><p>${escapeHtml(text)}</p></html>`,
    { status, headers: { 'content-type': 'text/html; charset=utf-8' } },
  ),
  errcode,
})

/** What a web server says to a path that it doesn't have. */
export const notFoundReply = (): Reply =>
  pageReply({ title: '404 Not Found', text: 'There is no such path.', status: 404 })

/** A redirect, as pages give it. */
export const redirectReply = (location: string): Reply => ({
  response: new Response(null, { status: 302, headers: { location } }),
  errcode: 0,
})
