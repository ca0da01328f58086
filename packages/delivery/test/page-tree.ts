import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { png } from './png.ts'

export const LOCALES = [
  ...['en-US', 'de-DE', 'fr-FR', 'es-ES', 'it', 'ja', 'ko', 'nl-NL', 'pt-BR', 'sv', 'tr', 'zh-Hans'],
] as const

/** Displays of the tree and the size of their pictures. */
export const DISPLAYS = {
  APP_IPHONE_67: [1290, 2796],
  APP_IPHONE_55: [1242, 2208],
  APP_IPAD_PRO_3GEN_11: [1668, 2388],
} as const

export const PER_SET = 8

/** Pictures by display and place; the same ones serve every language. */
const pictures = Object.entries(DISPLAYS).flatMap(([type, [width, height]], kind) =>
  Array.from({ length: PER_SET }, (_, index) => ({
    // Ten comes after nine by number, not by letter.
    name: `${type.toLowerCase()}-${index + 5}.png`,
    bytes: png(width, height, kind * 100 + index),
  })),
)

/** Writes one file of the tree. */
export function writeInto(folder: string, path: string, content: string | Uint8Array): void {
  const file = join(folder, path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, content)
}

/** A whole page in the layout of fastlane deliver: 12 languages, 3 displays, 8 pictures each. */
export function writeTree(folder: string, name: string): void {
  for (const locale of LOCALES) {
    const text = (name: string, value: string) => writeInto(folder, `metadata/${locale}/${name}.txt`, `${value}\n`)
    text('name', `${name} ${locale}`)
    text('subtitle', 'Tides at hand')
    text('description', `First line.\n\nSecond paragraph for ${locale}.`)
    text('keywords', 'tide,sea,moon')
    text('support_url', 'https://acme.example/support')
    text('release_notes', 'Faster.')
    text('promotional_text', '')
    for (const { name, bytes } of pictures) writeInto(folder, `screenshots/${locale}/${name}`, bytes)
  }
  writeInto(folder, 'metadata/copyright.txt', '2026 Acme\n')
  writeInto(folder, 'metadata/primary_category.txt', 'UTILITIES\n')
  writeInto(folder, 'metadata/secondary_category.txt', 'MZGenre.Weather\n')
}
