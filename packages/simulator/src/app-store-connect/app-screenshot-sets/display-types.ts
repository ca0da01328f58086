type Size = readonly [width: number, height: number]

function both(...portrait: readonly Size[]): readonly Size[] {
  return portrait.flatMap(([width, height]) => [[width, height] as const, [height, width] as const])
}

const IPHONE = {
  IPHONE_67: both([1260, 2736], [1290, 2796], [1320, 2868]),
  IPHONE_65: both([1242, 2688], [1284, 2778]),
  IPHONE_61: both([1179, 2556], [1206, 2622]),
  IPHONE_58: both([1080, 2340], [1125, 2436], [1170, 2532]),
  IPHONE_55: both([1242, 2208]),
  IPHONE_47: both([750, 1334]),
  IPHONE_40: both([640, 1136]),
}
const IPAD = {
  IPAD_PRO_3GEN_129: both([2048, 2732], [2064, 2752]),
  IPAD_PRO_3GEN_11: both([1488, 2266], [1640, 2360], [1668, 2388], [1668, 2420]),
  IPAD_PRO_129: both([2048, 2732], [2064, 2752]),
  IPAD_105: both([1668, 2224]),
  IPAD_97: both([1536, 2048], [1536, 2008], [768, 1024], [768, 1004]),
}

function named(prefix: string, sizes: Readonly<Record<string, readonly Size[]>>): Record<string, readonly Size[]> {
  return Object.fromEntries(Object.entries(sizes).map(([name, own]) => [`${prefix}${name}`, own]))
}

/** The pixels that a screenshot of each display type may have. Source: asc `internal/screenshotcatalog/catalog.go`; fastlane#14919. */
export const DISPLAY_SIZES: Readonly<Record<string, readonly Size[]>> = {
  ...named('APP_', IPHONE),
  APP_IPHONE_35: both([640, 960], [640, 920]),
  ...named('APP_', IPAD),
  APP_DESKTOP: [
    [1280, 800],
    [1440, 900],
    [2560, 1600],
    [2880, 1800],
  ],
  APP_WATCH_ULTRA: [
    [410, 502],
    [422, 514],
  ],
  APP_WATCH_SERIES_10: [[416, 496]],
  APP_WATCH_SERIES_7: [[396, 484]],
  APP_WATCH_SERIES_4: [[368, 448]],
  APP_WATCH_SERIES_3: [[312, 390]],
  APP_APPLE_TV: [
    [1920, 1080],
    [3840, 2160],
  ],
  APP_APPLE_VISION_PRO: [[3840, 2160]],
  ...named('IMESSAGE_APP_', IPHONE),
  ...named('IMESSAGE_APP_', IPAD),
}

/** All display types of Apple's document (33). */
export const DISPLAY_TYPES: readonly string[] = Object.keys(DISPLAY_SIZES)
