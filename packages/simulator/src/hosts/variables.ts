/** What leads clients to the simulator under Apple's own names. */
export interface HostAccess {
  /** File with the certificate to trust; null when the authority lives in memory only. */
  readonly caFile: string | null
  /** The CONNECT proxy's address, when there is one. */
  readonly proxyUrl: string | null
}

/** Who reads a variable. */
export interface Variable {
  readonly name: string
  readonly value: string
  readonly readers: string
}

const TRUST: readonly (readonly [name: string, readers: string])[] = [
  ['CURL_CA_BUNDLE', 'curl'],
  ['NODE_EXTRA_CA_CERTS', 'Node'],
  ['REQUESTS_CA_BUNDLE', 'Python with requests'],
  ['SSL_CERT_FILE', "Python's own modules, Go, Ruby"],
]
const PROXY: readonly (readonly [name: string, readers: string])[] = [
  ['https_proxy', 'curl, Python, Ruby, Go'],
  ['HTTPS_PROXY', 'the same in capitals, for those who read only these'],
  ['SPACESHIP_PROXY', 'fastlane'],
]

/** The environment variables that lead unchanged clients to the simulator, with who reads each. */
export function variablesFor({ caFile, proxyUrl }: HostAccess): Variable[] {
  const trust = caFile === null ? [] : TRUST.map(([name, readers]) => ({ name, value: caFile, readers }))
  if (proxyUrl === null) return trust
  return [
    ...trust,
    ...PROXY.map(([name, readers]) => ({ name, value: proxyUrl, readers })),
    { name: 'NODE_USE_ENV_PROXY', value: '1', readers: "Node's own fetch, from Node 24" },
    { name: 'no_proxy', value: '127.0.0.1,localhost', readers: 'all: what is not asked through the proxy' },
  ]
}
