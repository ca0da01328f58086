import { stringify } from 'yaml'
import { FIELDS, type FieldSpec, isSecretField } from './fields.ts'
import { type StoredListing, TEXT_SECTIONS, type TextSection, type Value, type Values } from './model.ts'

/** Files of a page by their path below its folder, with their content. */
export type PageFiles = ReadonlyMap<string, string>

/** How a page is written to files. */
export interface PageForm {
  /** All in `metadata.yml`; else in the folders of fastlane deliver, and in the file only what they have no place for. */
  readonly isOneFile: boolean
}

/**
 * The files of a store page as it is at Apple: its texts. Passwords are left out, as are fields without a value.
 */
export function pageFiles(listing: StoredListing, { isOneFile }: PageForm): PageFiles {
  const files = new Map<string, string>()
  const document: Record<string, Record<string, unknown>> = {}
  for (const spec of FIELDS.filter(({ field }) => !isSecretField(field))) {
    const isInFile = isOneFile || spec.isYamlOnly === true
    for (const { locale, value } of valuesOf(spec, listing)) {
      if (value === null) continue
      if (isInFile) putInto(document, spec, locale, value)
      else files.set(pathOf(spec, locale), `${value}\n`)
    }
  }
  if (Object.keys(document).length > 0) files.set('metadata.yml', stringify(document, { lineWidth: 0 }))
  return files
}

function valuesOf(spec: FieldSpec, listing: StoredListing): readonly { locale: string | undefined; value: Value }[] {
  const { section, field } = spec
  if (!TEXT_SECTIONS.includes(section as TextSection)) {
    const values = listing[section] as Values
    return [{ locale: undefined, value: values[field] ?? null }]
  }
  const texts = listing[section as TextSection]
  return Object.entries(texts)
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([locale, values]) => ({ locale, value: values[field] ?? null }))
}

const FOLDERS: Readonly<Partial<Record<FieldSpec['section'], string>>> = { review: 'review_information' }

function pathOf({ section, file }: FieldSpec, locale: string | undefined): string {
  return ['metadata', locale ?? FOLDERS[section], `${file}.txt`].filter((part) => part !== undefined).join('/')
}

const PARTS = {
  version: 'release',
  phasedRelease: 'release',
  categories: 'categories',
  ageRating: 'age_rating',
  review: 'review',
  versionTexts: 'locales',
  infoTexts: 'locales',
} as const satisfies Record<FieldSpec['section'], string>

function putInto(
  document: Record<string, Record<string, unknown>>,
  { section, file }: FieldSpec,
  locale: string | undefined,
  value: Value,
): void {
  const part = document[PARTS[section]] ?? {}
  document[PARTS[section]] = part
  if (locale === undefined) part[file] = value
  else part[locale] = { ...(part[locale] as object | undefined), [file]: value }
}
