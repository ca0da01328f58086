/** A cookie of a request. */
export interface ReadCookie {
  readonly name: string
  readonly value: string
}

function unquoted(value: string): string {
  return value.length >= 2 && value.startsWith('"') && value.endsWith('"') ? value.slice(1, -1) : value
}

/**
 * The cookies of a `Cookie` header, in its order. As Apple must: names may come twice, values with or without quotes, and the
 * separator with or without a blank (spaceship sends its trust cookie twice, joined by a bare semicolon).
 */
export function readCookies(header: string | readonly string[] | undefined): ReadCookie[] {
  const lines = header === undefined ? [] : typeof header === 'string' ? [header] : header
  return lines.flatMap((line) =>
    line.split(';').flatMap((part) => {
      const mark = part.indexOf('=')
      const name = part.slice(0, Math.max(mark, 0)).trim()
      return name === '' ? [] : [{ name, value: unquoted(part.slice(mark + 1).trim()) }]
    }),
  )
}

/** The values that a request brings for a cookie: usually one. */
export function cookieValues(header: string | readonly string[] | undefined, name: string): string[] {
  return readCookies(header).flatMap((cookie) => (cookie.name === name ? [cookie.value] : []))
}
