import type { PagePulled } from './pull-page.ts'

/** What a pull has done, for people. */
export function pulledLines({ version, state, texts, screenshots, previews, notes }: PagePulled): readonly string[] {
  const sums = [
    ...(texts === undefined ? [] : [`${counted(texts.written.length, 'file')} written, ${texts.right} were right`]),
    ...(screenshots === undefined
      ? []
      : [`${counted(screenshots.fetched.length, 'screenshot')} fetched, ${screenshots.right} were there`]),
  ]
  return [
    ...(texts?.kept ?? []).map((file) => `! ${file} says something else and was kept; --overwrite replaces it`),
    ...(screenshots?.kept ?? []).map(
      (set) => `! the folder has other screenshots for ${set}, which were kept; --overwrite replaces them`,
    ),
    ...[...notes, ...(screenshots?.notes ?? [])].map((note) => `i ${note}`),
    ...(previews === 0
      ? []
      : [`i ${counted(previews, 'preview')} left out: Apple gives films only as streams, which cannot be sent again`]),
    [`version ${version} (${state})`, sums.join('; ')].filter((part) => part !== '').join(': '),
  ]
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`
}
