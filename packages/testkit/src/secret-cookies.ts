// Language and country, alike for everybody: a text of random ids holds the three letters of "USA" now and then.
const TOLD_TO_ALL: ReadonlySet<string> = new Set(['dslang', 'site'])

/** Values of Apple's cookies that are secrets, to look for where none may be seen. */
export function secretCookieValues(
  cookies: Iterable<{ readonly name: string; readonly value: string }>,
): readonly string[] {
  return Array.from(cookies)
    .filter(({ name }) => !TOLD_TO_ALL.has(name))
    .map(({ value }) => value)
}
