/** The session cookie of one server: its name says how it may travel. */
export interface SessionCookie {
  /** The session token in a `Cookie` header, if it is there. */
  read(header: string | undefined): string | undefined
  /** `Set-Cookie` that hands a session to the browser. */
  set(token: string, maxAgeSeconds: number): string
  /** `Set-Cookie` that takes it away. */
  clear(): string
}

// `__Host-` makes browsers refuse the cookie over http, from a subdomain, or for a part of the site.
const NAME = { https: '__Host-cordon', http: 'cordon' } as const

/** Cookies for a server whose public address is https, or http on loopback. */
export function sessionCookie(secure: boolean): SessionCookie {
  const name = secure ? NAME.https : NAME.http
  const attributes = `Path=/; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}`
  return {
    read: (header) => cookieValue(header, name),
    set: (token, maxAgeSeconds) => `${name}=${token}; ${attributes}; Max-Age=${maxAgeSeconds}`,
    clear: () => `${name}=; ${attributes}; Max-Age=0`,
  }
}

function cookieValue(header: string | undefined, name: string): string | undefined {
  const prefix = `${name}=`
  const pair = header?.split(';').find((part) => part.trim().startsWith(prefix))
  return pair?.trim().slice(prefix.length)
}
