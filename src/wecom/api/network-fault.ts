/**
 * The reasons why no connection to WeCom came about, told apart by the code of the transport's
 * error. Its message is never read: it may hold the address, and with it secrets. Pure.
 */

/** What went wrong on the way, with what to do about it. */
export interface NetworkFault {
  /** Stable, for programs and logs. */
  readonly code: string
  /** How a sentence ends that says what happened. */
  readonly detail: string
  readonly cure: string
}

interface FaultKind {
  readonly code: string
  readonly transport: readonly string[]
  readonly detail: string
  readonly cure: string
  /** The same where a proxy stands between: then it is the proxy that is meant. */
  readonly proxied?: { readonly code: string; readonly detail: string; readonly cure: string }
}

const faults: readonly FaultKind[] = [
  {
    code: 'dns',
    transport: ['ENOTFOUND', 'EAI_AGAIN', 'EAI_NODATA', 'EAI_NONAME', 'ESERVFAIL', 'EREFUSED'],
    detail: 'the name of its host is not found in DNS',
    cure: 'Check the host in WECOM_API_URL and the resolver of this machine (/etc/resolv.conf).',
    proxied: {
      code: 'proxy_dns',
      detail: 'the name of the proxy is not found in DNS',
      cure: 'Check the host in WECOM_HTTP_PROXY and the resolver of this machine (/etc/resolv.conf).',
    },
  },
  {
    code: 'refused',
    transport: ['ECONNREFUSED', 'ConnectionRefused', 'FailedToOpenSocket'],
    detail: 'the connection is refused: nothing listens there, or a firewall answers',
    cure: 'Check host and port in WECOM_API_URL and the firewall of this machine.',
    proxied: {
      code: 'proxy_unreachable',
      detail: 'the proxy refuses the connection',
      cure: 'Check that the proxy in WECOM_HTTP_PROXY runs, its host and its port.',
    },
  },
  {
    code: 'unreachable',
    transport: ['ENETUNREACH', 'EHOSTUNREACH', 'ENETDOWN', 'EHOSTDOWN', 'EADDRNOTAVAIL', 'EACCES'],
    detail: 'no way leads there from this machine',
    cure: 'Check the network of this machine: its route, its firewall, IPv6 without a route.',
    proxied: {
      code: 'proxy_unreachable',
      detail: 'no way leads to the proxy from this machine',
      cure: 'Check the host in WECOM_HTTP_PROXY and the network of this machine.',
    },
  },
  {
    code: 'connect_timeout',
    transport: ['ETIMEDOUT', 'ConnectionTimeout'],
    detail: 'the connection does not come about in time',
    cure: 'Let the firewall pass calls to the host in WECOM_API_URL; it drops them silently.',
    proxied: {
      code: 'proxy_unreachable',
      detail: 'the connection to the proxy does not come about in time',
      cure: 'Check the host and port in WECOM_HTTP_PROXY and the firewalls on the way.',
    },
  },
  {
    code: 'reset',
    transport: ['ECONNRESET', 'ConnectionClosed', 'EPIPE', 'ECONNABORTED'],
    detail: 'the connection was cut before an answer was whole',
    cure: 'Look for what cuts connections on the way: a firewall, a port that speaks another protocol. It is tried again.',
    proxied: {
      code: 'reset',
      detail: 'the connection was cut, by the proxy or behind it, before an answer was whole',
      cure: 'See the log of the proxy in WECOM_HTTP_PROXY. It is tried again.',
    },
  },
  {
    code: 'proxy_refused',
    transport: ['ERR_PROXY_TUNNEL', 'ProxyConnectFailed'],
    detail: 'the proxy refuses to pass the call on',
    cure: 'See the log of the proxy in WECOM_HTTP_PROXY: it may want a user and password there, or has to allow CONNECT to the host and port of WECOM_API_URL, or can’t reach them.',
  },
  {
    code: 'tls_expired',
    transport: ['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID'],
    detail: 'the certificate that is shown there is not valid at this time',
    cure: 'Check the clock of this machine; if it is right, whoever answers at that address has to renew the certificate.',
  },
  {
    code: 'tls_unknown_authority',
    transport: [
      'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
      'DEPTH_ZERO_SELF_SIGNED_CERT',
      'SELF_SIGNED_CERT_IN_CHAIN',
      'UNABLE_TO_GET_ISSUER_CERT',
      'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
      'CERT_UNTRUSTED',
      'CERT_SIGNATURE_FAILURE',
      'CERT_CHAIN_TOO_LONG',
      'INVALID_CA',
    ],
    detail: 'the certificate that is shown there comes from no authority that this machine trusts',
    cure: 'Somebody opens TLS on the way, or it is another host. If your proxy does so on purpose, name its authority’s certificate in NODE_EXTRA_CA_CERTS and restart.',
  },
  {
    code: 'tls_wrong_name',
    transport: ['ERR_TLS_CERT_ALTNAME_INVALID', 'HOSTNAME_MISMATCH'],
    detail: 'the certificate that is shown there is for another host',
    cure: 'Check the host in WECOM_API_URL, and that DNS and /etc/hosts lead to WeCom.',
  },
  {
    code: 'tls_failed',
    transport: ['EPROTO', 'ERR_SSL_WRONG_VERSION_NUMBER', 'CERT_REVOKED', 'CERT_REJECTED'],
    detail: 'TLS can’t be agreed on: that port may not speak it',
    cure: 'Check scheme and port in WECOM_API_URL, and that nothing on the way answers in WeCom’s place.',
  },
]

const otherwise: NetworkFault = {
  code: 'connection',
  detail: 'the connection failed',
  cure: 'Check the way out to the internet, WECOM_API_URL and WECOM_HTTP_PROXY.',
}

/** What a proxy that speaks plain HTTP says with status 407. */
export const proxyWantsPassword: NetworkFault = {
  code: 'proxy_refused',
  detail: 'the proxy wants a user and a password (HTTP status 407)',
  cure: 'Enter them in WECOM_HTTP_PROXY: http://user:password@host:port.',
}

/** The code of an error, or of the error behind it. */
const codeOf = (error: unknown): unknown => {
  const { code, cause } = (error ?? {}) as { code?: unknown; cause?: { code?: unknown } | null }
  return code ?? cause?.code
}

/** @param viaProxy whether the call went to a proxy of the operator's */
export const networkFaultOf = (error: unknown, viaProxy: boolean): NetworkFault => {
  const transport = codeOf(error)
  const found = faults.find((fault) => fault.transport.some((code) => code === transport))
  if (!found) return otherwise
  const { code, detail, cure } = (viaProxy && found.proxied) || found
  return { code, detail, cure }
}

/** What a connection can meet before the first byte of a request is sent. */
const beforeRequest: readonly string[] = [
  'dns',
  'refused',
  'unreachable',
  'connect_timeout',
  'proxy_dns',
  'proxy_unreachable',
  'proxy_refused',
  'tls_expired',
  'tls_unknown_authority',
  'tls_wrong_name',
]

/**
 * Whether no byte of the request was sent; a connection that was cut may have carried all of it.
 */
export const isBeforeRequest = ({ code }: NetworkFault): boolean => beforeRequest.includes(code)
