/** A cookie to be set. Secure, for the whole host, and out of reach of scripts unless it says otherwise. */
export interface NewCookie {
  readonly name: string
  readonly value: string
  /** Apple's own domain, whatever address the client used; absent: the host's alone. */
  readonly domain?: string
  /** Absent: until the browser ends. 0 removes the cookie. */
  readonly maxAgeSeconds?: number
  readonly isReadableByScripts?: boolean
}

/** The value of a `Set-Cookie` header. */
export function setCookie(cookie: NewCookie): string {
  const { name, value, domain, maxAgeSeconds, isReadableByScripts } = cookie
  const parts = [
    `${name}=${value}`,
    ...(maxAgeSeconds === undefined ? [] : [`Max-Age=${maxAgeSeconds}`]),
    ...(domain === undefined ? [] : [`Domain=${domain}`]),
    'Path=/',
    'Secure',
    ...(isReadableByScripts === true ? [] : ['HttpOnly']),
  ]
  return parts.join('; ')
}
