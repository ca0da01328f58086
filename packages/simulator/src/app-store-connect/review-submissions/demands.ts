import { storeOf } from '../../world/team.ts'
import type { Scene } from '../../world/world.ts'
import { QUESTIONS } from '../age-rating-declarations/questions.ts'
import { pendingInfoOf } from '../app-infos/state.ts'
import { SCREENSHOT_SETS } from '../app-screenshot-sets/kind.ts'
import { deliveryStateOf } from '../app-screenshots/state.ts'
import { reviewDetails } from '../app-store-review-details/store.ts'
import { versionLocalizationsOf } from '../app-store-version-localizations/state.ts'
import type { VersionLocalizationRecord } from '../app-store-version-localizations/store.ts'
import { isReleased } from '../app-store-versions/states.ts'
import { type VersionRecord, versions } from '../app-store-versions/store.ts'
import { apps } from '../apps/state.ts'
import { builds } from '../builds/store.ts'
import type { AppleErrorEntry } from '../json-api/errors.ts'
import { mediaOf, setsOf } from '../media-sets/state.ts'

/** What is missing, by the address of the resource that lacks it. */
export type Missing = Readonly<Record<string, readonly AppleErrorEntry[]>>

/** One thing that a version must have before review: finds what is missing. */
type Demand = (scene: Scene, version: VersionRecord) => Missing

const CONTACT = ['contactFirstName', 'contactLastName', 'contactPhone', 'contactEmail'] as const
// What the store shows of an app on each platform at the least.
const FIRST_DISPLAY: Readonly<Record<string, string>> = {
  IOS: 'APP_IPHONE_67',
  MAC_OS: 'APP_DESKTOP',
  TV_OS: 'APP_APPLE_TV',
  VISION_OS: 'APP_APPLE_VISION_PRO',
}

function required(name: string): AppleErrorEntry {
  return {
    code: 'ENTITY_ERROR.ATTRIBUTE.REQUIRED',
    title: 'The provided entity is missing a required attribute',
    detail: `You must provide a value for the attribute '${name}' with this request`,
    source: { pointer: `/data/attributes/${name}` },
  }
}

function relationshipRequired(name: string): AppleErrorEntry {
  return {
    code: 'ENTITY_ERROR.RELATIONSHIP.REQUIRED',
    title: 'The provided entity is missing a required relationship',
    detail: `You must provide a value for the relationship '${name}' with this request`,
    source: { pointer: `/data/relationships/${name}` },
  }
}

/** An address with what it lacks; nothing where it lacks nothing. */
function at(type: string, id: string, entries: readonly AppleErrorEntry[]): Missing {
  return entries.length === 0 ? {} : { [`/v1/${type}/${id}`]: entries }
}

function isEmpty(value: unknown): boolean {
  return value === null || value === undefined || value === ''
}

function build(scene: Scene, { id, buildId }: VersionRecord): Missing {
  const chosen = storeOf(scene.team, builds).get(buildId ?? '')
  if (chosen === undefined) return at('appStoreVersions', id, [relationshipRequired('build')])
  return at('builds', chosen.id, chosen.usesNonExemptEncryption === null ? [required('usesNonExemptEncryption')] : [])
}

function textsMissing(localization: VersionLocalizationRecord, isUpdate: boolean): AppleErrorEntry[] {
  const names = ['description', 'keywords', 'supportUrl', ...(isUpdate ? (['whatsNew'] as const) : [])] as const
  return names.filter((name) => isEmpty(localization[name])).map(required)
}

function texts(scene: Scene, version: VersionRecord): Missing {
  const isUpdate = storeOf(scene.team, versions)
    .by('app', version.appId)
    .some((one) => one.platform === version.platform && isReleased(one.state))
  const found = versionLocalizationsOf(scene, version.id).map((localization) =>
    at('appStoreVersionLocalizations', localization.id, textsMissing(localization, isUpdate)),
  )
  return Object.assign({}, ...found)
}

/** Screenshots of the first language, which stand in for the others. */
function screenshots(scene: Scene, version: VersionRecord): Missing {
  const locale = storeOf(scene.team, apps).get(version.appId)?.primaryLocale
  const localization = versionLocalizationsOf(scene, version.id).find((one) => one.locale === locale)
  if (localization === undefined) return {}
  const pictures = setsOf(scene, SCREENSHOT_SETS, localization.id).flatMap((set) =>
    mediaOf(scene, SCREENSHOT_SETS, set),
  )
  if (pictures.some((picture) => deliveryStateOf(scene, picture) === 'COMPLETE')) return {}
  const display = FIRST_DISPLAY[version.platform]
  return at('appStoreVersionLocalizations', localization.id, [
    {
      code: `STATE_ERROR.SCREENSHOT_REQUIRED.${display}`,
      title: 'App screenshot missing.',
      detail: `App screenshot missing (${display}).`,
    },
  ])
}

function contact(scene: Scene, { id }: VersionRecord): Missing {
  const [detail] = storeOf(scene.team, reviewDetails).by('version', id)
  if (detail === undefined) return at('appStoreVersions', id, [relationshipRequired('appStoreReviewDetail')])
  const isOpen = detail.demoAccountRequired === true
  const account = isOpen ? (['demoAccountName', 'demoAccountPassword'] as const) : []
  const lacking = [...CONTACT, ...account].filter((name) => isEmpty(detail[name]))
  return at('appStoreReviewDetails', detail.id, lacking.map(required))
}

function ageRating(scene: Scene, { appId }: VersionRecord): Missing {
  const info = pendingInfoOf(scene, appId)
  if (info === undefined) return {}
  const open = Object.keys(QUESTIONS).filter((name) => isEmpty(info.ageRating?.[name]))
  return at('ageRatingDeclarations', info.id, open.map(required))
}

function category(scene: Scene, { appId }: VersionRecord): Missing {
  const info = pendingInfoOf(scene, appId)
  if (info === undefined || info.categories.primaryCategory !== undefined) return {}
  return at('appInfos', info.id, [relationshipRequired('primaryCategory')])
}

function copyright(_scene: Scene, version: VersionRecord): Missing {
  return at('appStoreVersions', version.id, isEmpty(version.copyright) ? [required('copyright')] : [])
}

/** What Apple looks at when a version is handed to review, by the name under which a setting leaves it out. */
const DEMANDS: Readonly<Record<string, Demand>> = {
  build,
  texts,
  screenshots,
  contact,
  ageRating,
  category,
  copyright,
}

/** Everything that a version lacks for review. */
export function missingFor(scene: Scene, version: VersionRecord): Missing {
  const missing: Record<string, readonly AppleErrorEntry[]> = {}
  for (const [name, demand] of Object.entries(DEMANDS)) {
    if (!scene.world.settings.reviewDemands.includes(name)) continue
    for (const [path, entries] of Object.entries(demand(scene, version))) {
      missing[path] = [...(missing[path] ?? []), ...entries]
    }
  }
  return missing
}
