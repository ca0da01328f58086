/** Width and height in pixels. */
export type Size = readonly [width: number, height: number]

const turned = (...sizes: Size[]): readonly Size[] =>
  sizes.flatMap(
    ([width, height]) =>
      [
        [width, height],
        [height, width],
      ] as const,
  )

const IPHONES: Readonly<Record<string, readonly Size[]>> = {
  IPHONE_67: turned([1260, 2736], [1290, 2796], [1320, 2868]),
  IPHONE_65: turned([1242, 2688], [1284, 2778]),
  IPHONE_61: turned([1179, 2556], [1206, 2622]),
  IPHONE_58: turned([1080, 2340], [1125, 2436], [1170, 2532]),
  IPHONE_55: turned([1242, 2208]),
  IPHONE_47: turned([750, 1334]),
  IPHONE_40: [
    [640, 1096],
    [640, 1136],
    [1136, 600],
    [1136, 640],
  ],
}

const IPADS: Readonly<Record<string, readonly Size[]>> = {
  IPAD_PRO_3GEN_129: turned([2048, 2732], [2064, 2752]),
  IPAD_PRO_129: turned([2048, 2732]),
  IPAD_PRO_3GEN_11: turned([1488, 2266], [1640, 2360], [1668, 2388], [1668, 2420]),
  IPAD_105: turned([1668, 2224]),
  IPAD_97: [
    ...turned([768, 1024], [1536, 2048]),
    ...([
      [768, 1004],
      [1024, 748],
      [1536, 2008],
      [2048, 1496],
    ] as const),
  ],
}

const named = (prefix: string, sizes: Readonly<Record<string, readonly Size[]>>) =>
  Object.fromEntries(Object.entries(sizes).map(([name, list]) => [`${prefix}${name}`, list]))

/**
 * Sizes that Apple takes for each display. Where two displays share a size, the first one is meant unless the path says otherwise.
 * Sources: rorkai/App-Store-Connect-CLI `internal/screenshotcatalog`, fastlane deliver, both 2026; Apple, "Screenshot specifications".
 */
export const SCREENSHOT_SIZES: Readonly<Record<string, readonly Size[]>> = {
  ...named('APP_', IPHONES),
  APP_IPHONE_35: [
    [640, 920],
    [640, 960],
    [960, 600],
    [960, 640],
  ],
  ...named('APP_', IPADS),
  APP_DESKTOP: [
    [1280, 800],
    [1440, 900],
    [2560, 1600],
    [2880, 1800],
  ],
  APP_APPLE_TV: [
    [1920, 1080],
    [3840, 2160],
  ],
  APP_APPLE_VISION_PRO: [[3840, 2160]],
  APP_WATCH_ULTRA: [
    [410, 502],
    [422, 514],
  ],
  APP_WATCH_SERIES_10: [[416, 496]],
  APP_WATCH_SERIES_7: [[396, 484]],
  APP_WATCH_SERIES_4: [[368, 448]],
  APP_WATCH_SERIES_3: [[312, 390]],
  ...named('IMESSAGE_APP_', IPHONES),
  ...named('IMESSAGE_APP_', IPADS),
}

/** Displays of previews: those of screenshots without `APP_`, no watches and no iMessage. */
export const PREVIEW_TYPES: readonly string[] = Object.keys(SCREENSHOT_SIZES)
  .filter((type) => type.startsWith('APP_') && !type.startsWith('APP_WATCH'))
  .map((type) => type.replace(/^APP_/, ''))
  // The longest first, so that IPAD_PRO_129 is not taken for a part of another name.
  .sort((a, b) => b.length - a.length)

/** Most screenshots, and most previews, of one language for one display. */
export const MAX_IN_SET = { screenshots: 10, previews: 3 } as const

/** What the folders above a picture, and its name, tell of its display. */
export interface DisplayHints {
  /** In the folder `iMessage`. */
  readonly isMessages: boolean
  /** In the folder `appleTV`. */
  readonly isTv: boolean
  /** Path within the folder of screenshots, in small letters. */
  readonly path: string
}

/** The display that a picture is for; undefined when no display has its size. */
export function displayTypeOf([width, height]: Size, hints: DisplayHints): string | undefined {
  const fits = Object.entries(SCREENSHOT_SIZES)
    .filter(([, sizes]) => sizes.some(([w, h]) => w === width && h === height))
    .map(([type]) => type)
    .filter((type) => type.startsWith('IMESSAGE_') === hints.isMessages)
  const byName = fits.find((type) => new RegExp(`(?<![a-z0-9])${type.toLowerCase()}(?![a-z0-9])`).test(hints.path))
  if (byName !== undefined) return byName
  if (hints.isTv && fits.includes('APP_APPLE_TV')) return 'APP_APPLE_TV'
  if (fits.includes('APP_APPLE_VISION_PRO') && hints.path.includes('vision')) return 'APP_APPLE_VISION_PRO'
  const second = fits.find((type) => type.endsWith('IPAD_PRO_129'))
  if (second !== undefined && /12\.9.*2nd generation/.test(hints.path)) return second
  return fits[0]
}
