import { diffSets } from '../screenshots/diff-sets.ts'
import type { Action, Change, Changes } from './actions.ts'
import { isSecretField, shownField } from './fields.ts'
import {
  MEDIA_KINDS,
  PLAIN_SECTIONS,
  type PlainSection,
  type StoredListing,
  TEXT_SECTIONS,
  type TextSection,
  type Value,
  type Values,
  type WantedListing,
} from './model.ts'

export interface DiffOptions {
  /** Languages and sets that are not wanted are taken away. */
  readonly prune?: boolean
}

/**
 * What to write so that what is wanted is at Apple. Pure. What is equal, or not spoken of, is left alone: carrying out the actions
 * leaves nothing to do.
 */
export function diffListings(
  wanted: WantedListing,
  stored: StoredListing,
  { prune = false }: DiffOptions = {},
): readonly Action[] {
  return [
    ...PLAIN_SECTIONS.flatMap((section) => diffSection(section, wanted[section], stored[section])),
    ...TEXT_SECTIONS.flatMap((section) => diffTexts(section, wanted[section], stored[section], prune)),
    ...MEDIA_KINDS.flatMap((media) => diffSets(media, wanted[media], stored[media], prune)),
  ]
}

function diffSection(section: PlainSection, wanted: Values, stored: Values): readonly Action[] {
  const changes = changesBetween(wanted, stored)
  return isEmpty(changes) ? [] : [{ kind: 'change-section', section, changes, reason: reasonOf(section, changes) }]
}

function diffTexts(
  section: TextSection,
  wanted: Readonly<Record<string, Values>>,
  stored: Readonly<Record<string, Values>>,
  prune: boolean,
): readonly Action[] {
  const written = Object.entries(wanted).flatMap(([locale, values]): Action[] => {
    const before = stored[locale]
    const changes = changesBetween(values, before ?? {})
    if (before === undefined) {
      return [{ kind: 'create-text', section, locale, changes, reason: 'the language is not there' }]
    }
    if (isEmpty(changes)) return []
    return [{ kind: 'change-text', section, locale, changes, reason: reasonOf(section, changes) }]
  })
  const gone = prune ? Object.keys(stored).filter((locale) => !(locale in wanted)) : []
  return [
    ...written,
    ...gone.map(
      (locale): Action => ({ kind: 'delete-text', section, locale, reason: 'the folder has no such language' }),
    ),
  ]
}

function changesBetween(wanted: Values, stored: Values): Changes {
  const changed = Object.entries(wanted).flatMap(([field, to]) => {
    const from = stored[field] ?? null
    return from === to ? [] : [[field, { from, to }] as const]
  })
  return Object.fromEntries(changed)
}

function isEmpty(changes: Changes): boolean {
  return Object.keys(changes).length === 0
}

function reasonOf(section: PlainSection | TextSection, changes: Changes): string {
  const names = Object.keys(changes).map((field) => shownField(section, field))
  const verb = names.length === 1 ? 'differs' : 'differ'
  return `${names.join(', ')} ${verb}`
}

/** A change for people: short, on one line, without secrets. */
export function changeText(field: string, { from, to }: Change): string {
  if (isSecretField(field)) return to === null ? 'removed' : 'set'
  return `${shown(from)} -> ${shown(to)}`
}

const SHOWN_CHARACTERS = 60

function shown(value: Value): string {
  if (value === null) return 'none'
  if (typeof value === 'boolean') return String(value)
  const line = value.replace(/\s*\n\s*/g, ' ')
  const characters = [...line]
  return JSON.stringify(
    characters.length > SHOWN_CHARACTERS ? `${characters.slice(0, SHOWN_CHARACTERS).join('')}…` : line,
  )
}
