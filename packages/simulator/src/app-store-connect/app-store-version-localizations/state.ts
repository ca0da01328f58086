import { newUuid } from '../../world/random.ts'
import { storeOf } from '../../world/team.ts'
import { type Scene, visibleAt } from '../../world/world.ts'
import { PREVIEW_SETS } from '../app-preview-sets/kind.ts'
import { SCREENSHOT_SETS } from '../app-screenshot-sets/kind.ts'
import { isEditable, isReleased } from '../app-store-versions/states.ts'
import { type VersionRecord, versions } from '../app-store-versions/store.ts'
import { apps } from '../apps/state.ts'
import { conflict, duplicateAttribute, stateError } from '../json-api/errors.ts'
import { checkAddresses, checkLengths, type TextLimits } from '../json-api/texts.ts'
import { checkLocale } from '../locales.ts'
import { copySets, removeSetsOf } from '../media-sets/state.ts'
import { type VersionLocalizationRecord, versionLocalizations } from './store.ts'

/** The texts of a version, by name. */
export const VERSION_TEXTS = [
  'description',
  'keywords',
  'marketingUrl',
  'promotionalText',
  'supportUrl',
  'whatsNew',
] as const

/** Texts of a write. */
export type VersionTexts = Partial<Pick<VersionLocalizationRecord, (typeof VERSION_TEXTS)[number]>>

// Source: asc `internal/validation/limits.go`.
const LIMITS: TextLimits = { description: 4_000, keywords: 100, whatsNew: 4_000, promotionalText: 170 }
const ALWAYS_EDITABLE: ReadonlySet<string> = new Set(['promotionalText'])
const NO_TEXTS: Required<VersionTexts> = {
  description: null,
  keywords: null,
  marketingUrl: null,
  promotionalText: null,
  supportUrl: null,
  whatsNew: null,
}

/** The languages of a version, oldest first. */
export function versionLocalizationsOf(scene: Scene, versionId: string): VersionLocalizationRecord[] {
  return storeOf(scene.team, versionLocalizations).by('version', versionId)
}

/** Whether none of the app's versions of the platform has been on sale: then there is nothing new to tell. */
function isFirst(scene: Scene, version: VersionRecord): boolean {
  return !storeOf(scene.team, versions)
    .by('app', version.appId)
    .some((one) => one.platform === version.platform && isReleased(one.state))
}

function checkTexts(scene: Scene, version: VersionRecord, texts: VersionTexts): void {
  checkLengths(texts, LIMITS)
  checkAddresses(texts)
  if (typeof texts.whatsNew === 'string' && isFirst(scene, version)) {
    throw stateError("The attribute 'whatsNew' can not be edited at this time", '/data/attributes/whatsNew')
  }
  const [locked] = Object.keys(texts).filter((name) => !ALWAYS_EDITABLE.has(name))
  if (locked === undefined || isEditable(version.state)) return
  throw stateError(`The attribute '${locked}' can not be edited at this time`, `/data/attributes/${locked}`)
}

/** Adds a language to a version without asking for rules. */
export function addVersionLocalization(
  scene: Scene,
  versionId: string,
  locale: string,
  texts: VersionTexts = {},
): VersionLocalizationRecord {
  return storeOf(scene.team, versionLocalizations).add({
    ...NO_TEXTS,
    ...texts,
    id: newUuid(scene.world.random),
    visibleAt: visibleAt(scene, versionLocalizations.name),
    versionId,
    locale,
  })
}

/** Adds a language to a version for a client. */
export function createVersionLocalization(
  scene: Scene,
  version: VersionRecord,
  locale: string,
  texts: VersionTexts,
): VersionLocalizationRecord {
  checkLocale(locale)
  if (!isEditable(version.state)) throw stateError('Localizations can not be added to the version in its current state')
  if (versionLocalizationsOf(scene, version.id).some((one) => one.locale === locale)) {
    throw duplicateAttribute('locale', `The localization '${locale}' already exists for this version`)
  }
  checkTexts(scene, version, texts)
  return addVersionLocalization(scene, version.id, locale, texts)
}

/** Changes texts. */
export function changeVersionLocalization(
  scene: Scene,
  record: VersionLocalizationRecord,
  texts: VersionTexts,
): VersionLocalizationRecord {
  const version = storeOf(scene.team, versions).get(record.versionId)
  if (version !== undefined) checkTexts(scene, version, texts)
  return storeOf(scene.team, versionLocalizations).change(record, texts)
}

/** Forgets a language with its pictures. */
export function removeVersionLocalization(scene: Scene, record: VersionLocalizationRecord): void {
  removeSetsOf(scene, SCREENSHOT_SETS, record.id)
  removeSetsOf(scene, PREVIEW_SETS, record.id)
  storeOf(scene.team, versionLocalizations).remove(record.id)
}

/** Deletes a language for a client: not the app's first, and not once the version is submitted. */
export function deleteVersionLocalization(scene: Scene, record: VersionLocalizationRecord): void {
  const version = storeOf(scene.team, versions).get(record.versionId)
  const app = storeOf(scene.team, apps).get(version?.appId ?? '')
  if (app?.primaryLocale === record.locale) throw conflict('The primary locale can not be deleted', '/data/id')
  if (version !== undefined && !isEditable(version.state)) {
    throw stateError('Localizations can not be deleted from the version in its current state')
  }
  removeVersionLocalization(scene, record)
}

/** Gives a new version what the last one had: languages, texts but what is new, and pictures. */
export function copyVersionLocalizations(scene: Scene, from: VersionRecord, to: VersionRecord): void {
  for (const old of versionLocalizationsOf(scene, from.id)) {
    const { id: _id, seq: _seq, visibleAt: _visibleAt, versionId: _versionId, locale, ...texts } = old
    const copy = addVersionLocalization(scene, to.id, locale, { ...texts, whatsNew: null })
    copySets(scene, SCREENSHOT_SETS, old.id, copy.id)
    copySets(scene, PREVIEW_SETS, old.id, copy.id)
  }
}
