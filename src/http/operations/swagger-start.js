/** Starts Swagger UI in its page. Of everything it needs it learns from where it was loaded. */
const script = document.currentScript
const documentUrl = new URL('json', script.src).href
/** The address before `/swagger`: behind a tunnel, on the operators' listener, below a path. */
const here = new URL('..', script.src).href.replace(/\/$/, '')
const closedTags = JSON.parse(script.dataset.closedTags)

/** What is tried out goes where the page came from, unless somebody chooses another server. */
const hereFirst = () => {
  const isElsewhere = ({ url }) => new URL(url, documentUrl).href.replace(/\/$/, '') !== here
  const withHere = (read) => ({
    ...read,
    servers: [
      { url: here, description: 'Where this page was loaded from.' },
      ...(read.servers ?? []).filter(isElsewhere),
    ],
  })
  const updateJsonSpec = (original) => (read) => original(withHere(read))
  return { statePlugins: { spec: { wrapActions: { updateJsonSpec } } } }
}

/** Swagger UI opens all headings or none; these wait until somebody asks. */
const closedUntilAsked = () => {
  const isClosed = ([kind, name]) => kind === 'operations-tag' && closedTags.includes(name)
  // The original knows the state already.
  const isShown = (original) => (_state, thing, unlessSaid) =>
    original(thing, unlessSaid && !isClosed(thing))
  return { statePlugins: { layout: { wrapSelectors: { isShown } } } }
}

/**
 * The key outlives a reload and ends with the tab. Swagger UI's own way (`persistAuthorization`)
 * would leave it in the browser for good.
 */
const keyOfThisTab = () => {
  const place = `suited key for ${here}`
  const keep =
    (original, { authSelectors }) =>
    (payload) => {
      const result = original(payload)
      const authorized = authSelectors.authorized().toJS()
      if (Object.keys(authorized).length === 0) sessionStorage.removeItem(place)
      else sessionStorage.setItem(place, JSON.stringify(authorized))
      return result
    }
  const loaded =
    (original, { authActions }) =>
    (payload) => {
      const result = original(payload)
      const kept = sessionStorage.getItem(place)
      if (kept) authActions.restoreAuthorization({ authorized: JSON.parse(kept) })
      return result
    }
  return {
    statePlugins: {
      auth: { wrapActions: { authorize: keep, logout: keep } },
      configs: { wrapActions: { loaded } },
    },
  }
}

/**
 * OpenAPI knows no parameter with slashes in it, so Swagger UI escapes them, and suited takes
 * WeCom's paths as WeCom writes them alone. A query may stand behind such a path,
 * `user/get?userid=lihua`.
 */
const withWecomsPath = (request) => {
  const [, before, path, query] =
    /^([^?]*\/proxy\/[^?]*\/cgi-bin\/)([^?]*)(.*)$/.exec(request.url) ?? []
  if (path === undefined) return request
  const written = decodeURIComponent(path)
  const rest = written.includes('?') ? query.replace('?', '&') : query
  return { ...request, url: before + written + rest }
}

/**
 * Resolves what an operation refers to by looking it up: our document refers to nothing outside
 * itself and never in a circle. Swagger UI's own way reads the whole document anew, for a second
 * at the start and for each operation that is opened.
 */
const resolvedByLookingUp = () => {
  const at = (document, path) => path.reduce((value, name) => value?.[name], document)
  const namesIn = (ref) =>
    ref
      .slice('#/'.length)
      .split('/')
      .map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'))
  const resolved = (value, document) => {
    if (typeof value !== 'object' || value === null) return value
    if (Array.isArray(value)) return value.map((item) => resolved(item, document))
    if (typeof value.$ref !== 'string') {
      return Object.fromEntries(
        Object.entries(value).map(([name, item]) => [name, resolved(item, document)]),
      )
    }
    const named = at(document, namesIn(value.$ref))
    // The name under which Swagger UI shows it.
    return { ...resolved(named, document), $$ref: documentUrl + value.$ref }
  }
  const resolveSubtree = async (document, path) => ({
    spec: resolved(at(document, path), document) ?? null,
    errors: [],
  })
  return { fn: { resolveSubtree } }
}

window.ui = SwaggerUIBundle({
  url: documentUrl,
  dom_id: '#swagger-ui',
  deepLinking: true,
  docExpansion: 'list',
  tryItOutEnabled: true,
  requestInterceptor: withWecomsPath,
  validatorUrl: null,
  syntaxHighlight: { activated: true },
  plugins: [hereFirst, closedUntilAsked, keyOfThisTab, resolvedByLookingUp],
})
