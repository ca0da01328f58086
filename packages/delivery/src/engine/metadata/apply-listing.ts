import { type Action, type Changes, type SetName, uploaded } from './actions.ts'
import type { StoredListing, StoredMedia, Values } from './model.ts'

/** What is at Apple after some actions, if Apple does as it is told. Pure; new files get `uploaded(path)` as id. */
export function applyToListing(actions: readonly Action[], listing: StoredListing): StoredListing {
  return actions.reduce(applyOne, listing)
}

function applyOne(listing: StoredListing, action: Action): StoredListing {
  switch (action.kind) {
    case 'change-section':
      return { ...listing, [action.section]: changed(listing[action.section], action.changes) }
    case 'create-text':
    case 'change-text': {
      const { section, locale } = action
      const texts = listing[section]
      return { ...listing, [section]: { ...texts, [locale]: changed(texts[locale] ?? {}, action.changes) } }
    }
    case 'delete-text': {
      const { [action.locale]: _, ...left } = listing[action.section]
      return { ...listing, [action.section]: left }
    }
    case 'delete-set':
      return withSet(listing, action, () => undefined)
    case 'upload-media':
      return withSet(listing, action, (set) => [
        ...set,
        { ...action.file, id: uploaded(action.file.path), state: 'complete', errors: [] },
      ])
    case 'delete-media':
      return withSet(listing, action, (set) => set.filter(({ id }) => id !== action.id))
    case 'set-frame':
      return withSet(listing, action, (set) =>
        set.map((one) => (one.id === action.id ? { ...one, frame: action.frame } : one)),
      )
    case 'order-media':
      return withSet(listing, action, (set) => action.order.flatMap((id) => set.find((one) => one.id === id) ?? []))
  }
}

function changed(values: Values, changes: Changes): Values {
  return { ...values, ...Object.fromEntries(Object.entries(changes).map(([field, { to }]) => [field, to])) }
}

type SetChange = (set: readonly StoredMedia[]) => readonly StoredMedia[] | undefined

function withSet(listing: StoredListing, { media, locale, type }: SetName, change: SetChange): StoredListing {
  const sets = listing[media]
  const { [type]: before = [], ...others } = sets[locale] ?? {}
  const after = change(before)
  const types = after === undefined ? others : { ...others, [type]: after }
  return { ...listing, [media]: { ...sets, [locale]: types } }
}
