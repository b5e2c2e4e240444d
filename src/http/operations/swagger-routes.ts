/** Swagger UI and the OpenAPI document out of the binary: no request goes to any other host. */
import { type AnyElysia, Elysia } from 'elysia'
import stylePath from 'swagger-ui-dist/swagger-ui.css' with { type: 'file' }
import bundlePath from 'swagger-ui-dist/swagger-ui-bundle.js' with { type: 'file' }
import { pageHeaders } from '../answer/headers'
import { closedTags } from '../answer/operation-tags'
import { routeGroup } from '../answer/route-group'
import { pathnameOf } from '../request/address'
import { type DocumentFacts, openapiDocument } from './openapi-document'
import { nothingAtRoot } from './root'
import startScript from './swagger-start.js' with { type: 'text' }

const page = (base: string) => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>suited API</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${base}swagger-ui.css">
</head>
<body>
<div id="swagger-ui"></div>
<script src="${base}swagger-ui-bundle.js"></script>
<script src="${base}start.js" data-closed-tags='${JSON.stringify(closedTags)}'></script>
</body>
</html>
`
const ownSources = (publicUrl: string | null): string[] => {
  const elsewhere = publicUrl === null ? '' : ` ${new URL(publicUrl).origin}`
  return [
    "script-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self' data:",
    `connect-src 'self'${elsewhere}`,
  ]
}

const hidden = { detail: { hide: true } }

const asset = (path: string, type: string): Response =>
  new Response(Bun.file(path), { headers: { 'content-type': type, 'cache-control': 'no-cache' } })

/** @param described gets the whole app when the first reader comes, long after it was built */
export const openapiRoutes = (described: () => AnyElysia, facts: DocumentFacts) => {
  let document: string | null = null
  const routes = new Elysia()
    .get(
      '/',
      ({ request }) => {
        if (!request.headers.get('accept')?.includes('text/html')) throw nothingAtRoot()
        // Relative, since the public address may have a path, and a tunnel another one.
        return new Response(null, { status: 302, headers: { location: './swagger/' } })
      },
      hidden,
    )
    .get(
      '/swagger',
      ({ request }) =>
        new Response(page(pathnameOf(request).endsWith('/') ? './' : './swagger/'), {
          headers: pageHeaders(ownSources(facts.publicUrl)),
        }),
      hidden,
    )
    .get('/swagger/swagger-ui.css', () => asset(stylePath, 'text/css; charset=utf-8'), hidden)
    .get(
      '/swagger/swagger-ui-bundle.js',
      () => asset(bundlePath, 'text/javascript; charset=utf-8'),
      hidden,
    )
    .get(
      '/swagger/start.js',
      () =>
        new Response(startScript, {
          headers: {
            'content-type': 'text/javascript; charset=utf-8',
            'cache-control': 'no-cache',
          },
        }),
      hidden,
    )
    .get(
      '/swagger/json',
      () => {
        document ??= JSON.stringify(openapiDocument(described(), facts))
        return new Response(document, {
          headers: { 'content-type': 'application/json', 'cache-control': 'no-cache' },
        })
      },
      hidden,
    )

  return routeGroup({ audience: 'anyone' }, routes)
}
