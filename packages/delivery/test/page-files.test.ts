import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { tidied } from '../src/engine/metadata/check-field.ts'
import { completeWish } from '../src/engine/metadata/complete.ts'
import { FIELDS, fieldsOf, isSecretField } from '../src/engine/metadata/fields.ts'
import { EMPTY_LISTING, PLAIN_SECTIONS, type StoredListing, TEXT_SECTIONS } from '../src/engine/metadata/model.ts'
import { pageFiles } from '../src/engine/metadata/page-files.ts'
import { placesIn, readPage } from '../src/engine/metadata/read-page.ts'
import { parseYamlFile } from '../src/engine/metadata/yaml-file.ts'
import { SCREENSHOT_SIZES } from '../src/engine/screenshots/display-types.ts'
import { writeInto } from './page-tree.ts'
import { png } from './png.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cordon-page-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const write = (path: string, content: string | Uint8Array) => writeInto(folder, path, content)
const page = () => readPage(placesIn(folder), folder)
const problems = async () =>
  (await page()).problems.map(({ file, line, message }) => `${file}:${line ?? ''} ${message}`)

describe('the folder of fastlane deliver', () => {
  test('is read with all its fields, the older names, and what has no place at Apple is told', async () => {
    write('metadata/en-US/name.txt', '\uFEFFTidepool\r\n')
    write('metadata/EN-us/subtitle.txt', 'Tides')
    write('metadata/en-US/apple_tv_privacy_policy.txt', 'We keep nothing.')
    write('metadata/primary_category.txt', 'MZGenre.Photography')
    write('metadata/review_information/review_first_name.txt', 'Ada')
    write('metadata/review_information/phone_number.txt', '+49 30 1234567')
    write('metadata/trade_representative_contact_information/first_name.txt', 'Ada')
    write('metadata/android/full_description.txt', 'not ours')
    write('metadata/de-DE/description.txt', '\n')
    const { wanted, notes, problems: flaws, locales } = await page()
    expect(flaws).toEqual([])
    expect(wanted.infoTexts['en-US']).toMatchObject({ name: 'Tidepool', privacyPolicyText: 'We keep nothing.' })
    expect(wanted.categories).toEqual({ primaryCategory: 'PHOTO_AND_VIDEO' })
    expect(wanted.review).toEqual({ contactFirstName: 'Ada', contactPhone: '+49 30 1234567' })
    expect(wanted.versionTexts['de-DE']).toBeUndefined()
    expect(locales).toContain('de-DE')
    expect(notes).toEqual(['metadata/trade_representative_contact_information is left out: Apple offers no API for it'])
  })

  test('texts of "default" go to each language without its own', async () => {
    write('metadata/default/support_url.txt', 'https://acme.example')
    write('metadata/ja/support_url.txt', 'https://acme.example/ja')
    write('metadata/it/description.txt', 'Maree')
    const { wanted, locales } = await page()
    const stored = { ...EMPTY_LISTING, infoTexts: { 'en-US': { name: 'Tidepool' } } }
    const surroundings = { locales, stored, primaryLocale: 'en-US', isFirstVersion: true }
    const { wanted: complete } = completeWish(wanted, surroundings)
    expect(complete.versionTexts).toEqual({
      it: { supportUrl: 'https://acme.example', description: 'Maree' },
      ja: { supportUrl: 'https://acme.example/ja' },
    })
    expect(complete.infoTexts).toEqual({ it: { name: 'Tidepool' }, ja: { name: 'Tidepool' } })
  })

  test('pictures: the display by size, folder and name; framed ones go first; ten in a set', async () => {
    const phone = png(1290, 2796, 1)
    write('screenshots/ja/1.png', phone)
    write('screenshots/ja/1_framed.png', png(1290, 2796, 2))
    write('screenshots/iMessage/ja/1.png', phone)
    write('screenshots/de-DE/APP_IPAD_PRO_129-1.png', png(2048, 2732, 3))
    write('screenshots/de-DE/other.png', png(2048, 2732, 4))
    for (let n = 1; n <= 11; n += 1) write(`screenshots/it/${n}.png`, png(416, 496, n))
    write('screenshots/it/same.png', png(416, 496, 3))
    write('screenshots/it/wrong.jpg', png(416, 496, 30))
    const { wanted } = await page()
    expect(Object.keys(wanted.screenshots.ja ?? {}).sort()).toEqual(['APP_IPHONE_67', 'IMESSAGE_APP_IPHONE_67'])
    expect(wanted.screenshots.ja?.APP_IPHONE_67?.map(({ name }) => name)).toEqual(['1_framed.png'])
    expect(Object.keys(wanted.screenshots['de-DE'] ?? {}).sort()).toEqual(['APP_IPAD_PRO_129', 'APP_IPAD_PRO_3GEN_129'])
    expect(await problems()).toEqual([
      'screenshots/it/wrong.jpg: is a PNG picture under another extension',
      'screenshots/it/11.png: is one too many: 13 screenshots for APP_WATCH_SERIES_10, 10 are allowed',
      'screenshots/it/same.png: is the same picture as 3.png',
    ])
  })

  test('films: the display by name, the frame beside it', async () => {
    write('app_previews/ja/tour-IPHONE_67.mp4', 'film')
    write('app_previews/ja/tour-IPHONE_67.frame.txt', '00:00:05:00\n')
    write('app_previews/ja/tour.mov', 'film')
    const { wanted } = await page()
    expect(wanted.previews.ja?.IPHONE_67?.[0]).toMatchObject({ name: 'tour-IPHONE_67.mp4', frame: '00:00:05:00' })
    expect((await problems())[0]).toContain('app_previews/ja/tour.mov: names no display')
  })
})

describe('the list of pulled pictures', () => {
  test("makes a picture the copy of an upload; Apple's way of making it is no mistake", async () => {
    const bytes = png(1290, 2796, 1, true)
    const sum = createHash('md5').update(bytes).digest('hex')
    write('screenshots/ja/0.png', bytes)
    expect(await problems()).toEqual(['screenshots/ja/0.png: has an alpha channel, which Apple does not take'])
    write('screenshots/.pulled-from-apple.json', JSON.stringify({ [sum]: 'b'.repeat(32) }))
    expect(await problems()).toEqual([])
    expect((await page()).wanted.screenshots.ja?.APP_IPHONE_67?.[0]).toMatchObject({ copyOf: 'b'.repeat(32) })
  })

  test.each(['[]', 'null', '{', '{"x": "y"}', `{"${'a'.repeat(32)}": 1}`])('%s is none', async (text) => {
    write('screenshots/.pulled-from-apple.json', text)
    expect(await problems()).toEqual([
      'screenshots/.pulled-from-apple.json: is no list of pulled pictures; mend it, or delete it and pull with --overwrite',
    ])
  })
})

describe('metadata.yml', () => {
  const flaws = (text: string) => parseYamlFile(text, 'm.yml').problems.map(({ line, message }) => `${line} ${message}`)

  test.each([
    ['locales:\n  de:\n    name: x', '2 "de" is no language of the store; is "de-DE" meant?'],
    ['locales:\n  de-DE:\n    nam: x', '3 "nam" is not known; known are name, subtitle'],
    ['relase: {}', '1 "relase" is not known; known are release, categories, age_rating, review, locales'],
    ['release:\n  version: next', '2 "version" must be one to three numbers with dots between them'],
    ['age_rating:\n  gambling: maybe', '2 "gambling" must be true or false'],
    ['locales:\n  ja:\n    name: [a]', '3 "name" must be a text'],
    ['locales: 1', '1 "locales" must be a table'],
    ['- a', '1 must be a table with the parts of the store page'],
    ['a: b: c', '1 '],
    ['locales:\n  ja:\n    name: a\n    name: b', '4 Map keys must be unique'],
  ])('%j is refused with its line', (text, expected) => {
    expect(flaws(text)[0]).toMatch(new RegExp(`^${expected.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}`))
  })

  test('wins over the folders, and says so; null empties a field; the version is a text, not a number', async () => {
    write('metadata/ja/keywords.txt', 'one')
    write('metadata.yml', 'release:\n  version: 1.10\nlocales:\n  ja:\n    keywords: two\n    description:\n')
    const { wanted, notes, appVersion } = await page()
    expect(wanted.versionTexts.ja).toEqual({ keywords: 'two', description: null })
    expect(notes).toEqual(['metadata/ja/keywords.txt:1 is overruled by metadata.yml:5'])
    expect(appVersion).toBe('1.10')
  })

  test('a block tells the line within it; a schedule needs its date', async () => {
    const block = Array.from({ length: 50 }, () => `      ${'x'.repeat(99)}`).join('\n')
    write('metadata.yml', `release:\n  release_type: SCHEDULED\nlocales:\n  ja:\n    description: |\n${block}\n`)
    expect(await problems()).toEqual([
      'metadata.yml:46 description has 4999 characters, 4000 are allowed',
      'metadata.yml:2 release_type SCHEDULED needs a release_date',
    ])
  })

  test('whatever the text, it is read or refused, and never thrown at', () => {
    fc.assert(fc.property(fc.string(), (text) => void parseYamlFile(text, 'm.yml')))
    fc.assert(fc.property(fc.json(), (text) => void parseYamlFile(`locales: ${text}`, 'm.yml')))
  })
})

test('what is written to files is read back the same, in both forms', async () => {
  const text = fc
    .string({
      unit: fc.constantFrom('a', 'Ä', '日', '\n', ' ', '#', ':', '"', '-', '|', '%'),
      minLength: 2,
      maxLength: 12,
    })
    .map((value) => `x${value}x`)
  const anyValue = (spec: (typeof FIELDS)[number]) => {
    const valid = { flag: fc.boolean(), url: fc.constant('https://acme.example/ä?a=#b'), text, name: text } as const
    const other = {
      email: 'a@b.example',
      phone: '+1 5550100',
      category: 'GAMES',
      choice: spec.choices?.[0] ?? '',
    } as const
    if (spec.kind === 'time') return fc.constant('2027-01-01T09:00:00.000Z')
    return spec.kind in valid
      ? valid[spec.kind as keyof typeof valid]
      : fc.constant(other[spec.kind as keyof typeof other])
  }
  const values = (section: (typeof FIELDS)[number]['section']) => {
    const specs = fieldsOf(section).filter(({ field }) => !isSecretField(field) && field !== 'earliestReleaseDate')
    return fc.record(Object.fromEntries(specs.map((spec) => [spec.field, anyValue(spec)])), { requiredKeys: [] })
  }
  const plain = PLAIN_SECTIONS.map((section) => [section, values(section)] as const)
  const texts = TEXT_SECTIONS.map(
    (section) => [section, fc.dictionary(fc.constantFrom('ja', 'de-DE'), values(section))] as const,
  )
  const listing = fc.record(Object.fromEntries<fc.Arbitrary<unknown>>([...plain, ...texts])) as fc.Arbitrary<
    Partial<StoredListing>
  >
  await fc.assert(
    fc.asyncProperty(listing, fc.boolean(), async (some, isOneFile) => {
      const inner = mkdtempSync(join(folder, 'p-'))
      const stored = { ...EMPTY_LISTING, ...some } as StoredListing
      if (stored.version.releaseType === 'SCHEDULED') return
      const files = pageFiles(stored, { isOneFile })
      if (files.size === 0) return
      for (const [path, content] of files) writeInto(inner, path, content)
      const { wanted } = await readPage(placesIn(inner), inner)
      for (const { section, field, kind } of FIELDS.filter((spec) => !isSecretField(spec.field))) {
        const pairs = TEXT_SECTIONS.includes(section as 'infoTexts')
          ? ['ja', 'de-DE'].map((locale) => [stored, wanted].map((one) => one[section as 'infoTexts'][locale]?.[field]))
          : [[stored, wanted].map((one) => one[section as 'version'][field])]
        for (const [before, after] of pairs) expect(after ?? null).toEqual(tidied({ kind }, before ?? null))
      }
    }),
    { numRuns: 40 },
  )
})

test('the limits that the documentation names are those that are checked', () => {
  const text = readFileSync(new URL('../../../docs/metadata.md', import.meta.url), 'utf8')
  const rows = text.split('\n').filter((line) => line.startsWith('| '))
  const rowOf = (name: string) => rows.find((row) => row.includes(`\`${name}\``) && /characters/.test(row)) ?? ''
  const limited = FIELDS.filter(({ max, section }) => max !== undefined && section !== 'ageRating')
  expect(limited.length).toBeGreaterThan(8)
  for (const { file, max, min } of limited) {
    expect(rowOf(file), file).toMatch(new RegExp(`(up to|to) ${max} characters`))
    if (min !== undefined) expect(rowOf(file), file).toContain(`${min} to ${max}`)
  }
  const sizes = text.match(/\d+ × \d+/g)?.map((size) => size.split(' × ').map(Number)) ?? []
  expect(sizes.length).toBeGreaterThan(30)
  const known = Object.values(SCREENSHOT_SIZES).flat()
  for (const [width, height] of sizes) expect(known, `${width} x ${height}`).toContainEqual([width, height])
  for (const type of Object.keys(SCREENSHOT_SIZES).filter((name) => name.startsWith('APP_'))) {
    const short = `_${type.split('_').at(-1)}`
    expect(text.includes(`\`${type}\``) || text.includes(`\`${short}\``), type).toBe(true)
  }
})
