import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { applyToListing } from './apply-listing.ts'
import { changeText, diffListings } from './diff.ts'
import {
  EMPTY_LISTING,
  MEDIA_KINDS,
  type Media,
  type MediaFile,
  type MediaSets,
  PLAIN_SECTIONS,
  type StoredListing,
  type StoredMedia,
  TEXT_SECTIONS,
  type Values,
  type WantedListing,
} from './model.ts'

const LOCALES = ['de-DE', 'en-US', 'ja']
const TYPES = ['APP_IPHONE_67', 'APP_DESKTOP']
const FIELDS = ['one', 'two', 'three']

const value = fc.oneof(
  fc.constantFrom(null, true, false),
  fc.string({ maxLength: 3 }).map((text) => text || null),
)
const allFields: fc.Arbitrary<Values> = fc.record(Object.fromEntries(FIELDS.map((field) => [field, value])))
const someFields: fc.Arbitrary<Values> = fc.record(Object.fromEntries(FIELDS.map((field) => [field, value])), {
  requiredKeys: [],
}) as fc.Arbitrary<Values>
const inSome = <T>(names: readonly string[], each: fc.Arbitrary<T>): fc.Arbitrary<Record<string, T>> =>
  fc.record(Object.fromEntries(names.map((name) => [name, each])), { requiredKeys: [] }) as fc.Arbitrary<
    Record<string, T>
  >

const checksum = fc.constantFrom('a', 'b', 'c', 'd', 'e')
const file: fc.Arbitrary<MediaFile> = checksum.map((letter) => ({
  ...{ name: `${letter}.png`, size: 1, checksum: letter, path: `/${letter}.png` },
}))
const files = fc.uniqueArray(file, { selector: ({ path }) => path, maxLength: 4 })
/** Some are copies that Apple has shown of an upload. */
const copies = fc.uniqueArray(
  fc.tuple(file, fc.option(checksum, { nil: undefined })).map(([one, copyOf]): MediaFile => {
    return copyOf === undefined ? one : { ...one, copyOf }
  }),
  { selector: ({ path }) => path, maxLength: 4 },
)
const stored: fc.Arbitrary<readonly StoredMedia[]> = fc
  .array(
    fc.record({
      name: fc.constantFrom('a.png', 'b.png', 'x.png'),
      size: fc.constant(1),
      checksum: fc.oneof(checksum, fc.constant(undefined)),
      state: fc.constantFrom('complete' as const, 'processing' as const, 'waiting' as const, 'failed' as const),
      errors: fc.constant([]),
    }),
    { maxLength: 5 },
  )
  .map((list) => list.map((one, index) => ({ ...one, id: `id-${index}` })))

function listing<M extends Media, F extends Values>(values: fc.Arbitrary<F>, sets: fc.Arbitrary<readonly M[]>) {
  const plain = PLAIN_SECTIONS.map((section) => [section, values] as const)
  const texts = TEXT_SECTIONS.map((section) => [section, inSome(LOCALES, values)] as const)
  const media = MEDIA_KINDS.map((kind) => [kind, inSome(LOCALES, inSome(TYPES, sets))] as const)
  return fc.record(Object.fromEntries<fc.Arbitrary<unknown>>([...plain, ...texts, ...media]))
}
const wholeWish = listing(allFields, files) as unknown as fc.Arbitrary<WantedListing>
const partWish = listing(someFields, copies) as unknown as fc.Arbitrary<WantedListing>
const page = listing(allFields, stored) as unknown as fc.Arbitrary<StoredListing>

/** What can be compared of a page: fields that have a value, and the contents of its sets in order. Sets without content do not count. */
function contentOf(of: WantedListing | StoredListing) {
  const sets = MEDIA_KINDS.map((kind) => {
    const media: MediaSets<Media> = of[kind]
    const all = Object.entries(media).flatMap(([locale, types]) =>
      Object.entries(types).map(([type, items]) => [`${locale} ${type}`, items.map(contentOfOne)] as const),
    )
    return [kind, Object.fromEntries(all.filter(([, items]) => items.length > 0))] as const
  })
  const texts = TEXT_SECTIONS.map((section) => [
    section,
    Object.fromEntries(Object.entries(of[section]).map(([locale, values]) => [locale, filledOf(values)])),
  ])
  const plain = PLAIN_SECTIONS.map((section) => [section, filledOf(of[section])])
  return Object.fromEntries([...plain, ...texts, ...sets]) as unknown
}

function filledOf(values: Values): Values {
  return Object.fromEntries(Object.entries(values).filter(([, one]) => one !== null))
}

function contentOfOne({ checksum: sum, name, size }: Media): string {
  return sum ?? `${name.slice(0, 1)}${size === 1 ? '' : size}`
}

describe('a page brought to a wish', () => {
  test('is the wish, when the wish is whole and the rest is pruned', () => {
    fc.assert(
      fc.property(page, wholeWish, (before, wish) => {
        const after = applyToListing(diffListings(wish, before, { prune: true }), before)
        expect(contentOf(after)).toEqual(contentOf(wish))
      }),
    )
  })

  test('leaves nothing to do, whole wish or not', () => {
    fc.assert(
      fc.property(page, partWish, fc.boolean(), (before, wish, prune) => {
        const after = applyToListing(diffListings(wish, before, { prune }), before)
        expect(diffListings(wish, after, { prune })).toEqual([])
      }),
    )
  })

  test('keeps what the wish does not speak of', () => {
    fc.assert(
      fc.property(page, partWish, (before, wish) => {
        const after = applyToListing(diffListings(wish, before), before)
        for (const section of PLAIN_SECTIONS)
          for (const field of FIELDS)
            if (!(field in wish[section])) expect(after[section][field]).toEqual(before[section][field])
        for (const locale of Object.keys(before.versionTexts).filter((one) => !(one in wish.versionTexts)))
          expect(after.versionTexts[locale]).toEqual(before.versionTexts[locale])
      }),
    )
  })

  test('never uploads what is there in good state', () => {
    fc.assert(
      fc.property(files, (wanted) => {
        const there = wanted.toReversed().map(
          (one, index): StoredMedia => ({
            ...one,
            id: `id-${index}`,
            state: 'complete',
            errors: [],
          }),
        )
        const set = <T>(items: T) => ({ ...EMPTY_LISTING, screenshots: { ja: { APP_DESKTOP: items } } })
        const kinds = diffListings(set(wanted), set(there)).map(({ kind }) => kind)
        expect(kinds).toEqual(wanted.length > 1 ? ['order-media'] : [])
      }),
    )
  })
})

test('a file whose content changed replaces the one of its name, and the reasons say so', () => {
  const stands: StoredMedia = { id: '1', name: 'a.png', size: 1, checksum: 'old', state: 'complete', errors: [] }
  const wish = {
    ...EMPTY_LISTING,
    screenshots: { ja: { APP_DESKTOP: [{ name: 'a.png', size: 1, checksum: 'new', path: '/a.png' }] } },
  }
  const actions = diffListings(wish, { ...EMPTY_LISTING, screenshots: { ja: { APP_DESKTOP: [stands] } } })
  expect(actions.map(({ kind, reason }) => [kind, reason])).toEqual([
    ['delete-media', 'its content changed'],
    ['upload-media', 'its content changed'],
  ])
})

test('the copy that Apple shows of an upload stands for it, and is uploaded only when the upload is gone', () => {
  const there: StoredMedia = { id: '1', name: 'a.png', size: 1, checksum: 'a', state: 'complete', errors: [] }
  const copy: MediaFile = { name: '0.png', size: 2, checksum: 'b', copyOf: 'a', path: '/0.png' }
  const set = <T>(items: T) => ({ ...EMPTY_LISTING, screenshots: { ja: { APP_DESKTOP: items } } })
  expect(diffListings(set([copy]), set([there]))).toEqual([])
  const empty = set([] as StoredMedia[])
  const actions = diffListings(set([copy]), empty)
  expect(actions.map(({ kind }) => kind)).toEqual(['upload-media'])
  expect(diffListings(set([copy]), applyToListing(actions, empty))).toEqual([])
})

test('a password is never shown in a change', () => {
  expect(changeText('demoAccountPassword', { from: 'old-secret', to: 'new-secret' })).toBe('set')
})
