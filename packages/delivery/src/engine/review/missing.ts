import { FIELDS } from '../metadata/fields.ts'
import type { StorePort } from '../metadata/port.ts'

/** One thing that Apple finds missing. */
export interface Missing {
  /** The file of the folder that lacks it, where there is one; else Apple's name. */
  readonly field: string
  readonly message: string
}

const TEXTS = 'appStoreVersionLocalizations.'

/** The same lines by Apple's names alone. */
export function missingIn(lines: readonly string[]): readonly Missing[] {
  return lines.map((line) => {
    const [field = '', ...message] = line.split(': ')
    return { field, message: message.join(': ') }
  })
}

/**
 * What Apple finds missing in a version, as lines `type.field: sentence`, with the place of each text: Apple names neither the language
 * nor the file, so the texts that it holds are looked at.
 */
export async function placesOfMissing(
  lines: readonly string[],
  versionId: string,
  port: Pick<StorePort, 'listTexts'>,
): Promise<readonly Missing[]> {
  const missing = missingIn(lines)
  if (!missing.some(({ field }) => field.startsWith(TEXTS))) return missing
  const texts = await port.listTexts('versionTexts', versionId)
  const placed = missing.flatMap((one) => {
    const name = one.field.startsWith(TEXTS) ? one.field.slice(TEXTS.length) : undefined
    const file = FIELDS.find(({ section, field }) => section === 'versionTexts' && field === name)?.file
    const lacking = texts.filter(({ values }) => file !== undefined && !values[name ?? ''])
    return lacking.length === 0
      ? [one]
      : lacking.map(({ locale }) => ({ ...one, field: `metadata/${locale}/${file}.txt` }))
  })
  // Apple tells a field once for each language that lacks it.
  return [...new Map(placed.map((one) => [`${one.field}: ${one.message}`, one])).values()]
}
