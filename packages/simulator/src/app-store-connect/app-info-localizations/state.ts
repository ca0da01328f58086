import { storeOf } from '../../world/team.ts'
import type { Scene } from '../../world/world.ts'
import { addInfoLocalization, infoLocalizationsOf, infosOf, isInfoEditable } from '../app-infos/state.ts'
import { type AppInfoRecord, appInfos } from '../app-infos/store.ts'
import { apps } from '../apps/state.ts'
import { conflict, duplicateAttribute, invalidAttribute, stateError } from '../json-api/errors.ts'
import { checkAddresses, checkLengths, type TextLimits } from '../json-api/texts.ts'
import { checkLocale } from '../locales.ts'
import { type AppInfoLocalizationRecord, appInfoLocalizations } from './store.ts'

/** The texts of an app info, by name. */
export const INFO_TEXTS = ['name', 'subtitle', 'privacyPolicyUrl', 'privacyChoicesUrl', 'privacyPolicyText'] as const

/** Texts of a write. */
export type InfoTexts = Partial<Pick<AppInfoLocalizationRecord, (typeof INFO_TEXTS)[number]>>

// Source: asc `internal/validation/limits.go`.
const LIMITS: TextLimits = { name: 30, subtitle: 30 }
const NO_TEXTS: Required<InfoTexts> = {
  name: null,
  subtitle: null,
  privacyPolicyUrl: null,
  privacyChoicesUrl: null,
  privacyPolicyText: null,
}
// What clients are told of by name: symbols and pictures (@expo/apple-utils 2.2.1).
const FORBIDDEN = /[\p{So}\p{Co}\p{Cs}\p{Cc}]/u

/** Refuses a name that is too long, has signs that the store does not take, or belongs to another app. */
export function checkAppName(scene: Scene, name: string, ownAppId?: string): void {
  checkLengths({ name }, LIMITS)
  if (name.trim() === '') throw invalidAttribute('name', 'The App Name must not be empty')
  if (FORBIDDEN.test(name)) {
    throw invalidAttribute(
      'name',
      'App Name contains certain Unicode symbols, emoticons, diacritics, special characters, or private use characters that are not permitted.',
    )
  }
  for (const team of scene.world.teams.values()) {
    const taken = storeOf(team, appInfoLocalizations).by('name', name.toLowerCase())
    const isOthers = taken.some((one) => storeOf(team, appInfos).get(one.appInfoId)?.appId !== ownAppId)
    if (!isOthers) continue
    throw duplicateAttribute(
      'name',
      'The App Name you entered is already being used. If you have trademark rights to this name and would like it released for your use, submit a claim.',
    )
  }
}

function infoOf(scene: Scene, record: AppInfoLocalizationRecord): AppInfoRecord | undefined {
  return storeOf(scene.team, appInfos).get(record.appInfoId)
}

function demandEditable(info: AppInfoRecord): void {
  if (!isInfoEditable(info)) throw stateError(`The app info can not be changed in the state '${info.state}'`)
}

/** The record's name is that of the primary language: at once for an app that is not on sale yet, else with its release. */
function followName(scene: Scene, info: AppInfoRecord, locale: string, name: string | null | undefined): void {
  const store = storeOf(scene.team, apps)
  const app = store.get(info.appId)
  const isOnly = infosOf(scene, info.appId).length === 1
  if (app?.primaryLocale === locale && isOnly && typeof name === 'string') store.change(app, { name })
}

/** Adds a language to an app info for a client. */
export function createInfoLocalization(
  scene: Scene,
  info: AppInfoRecord,
  locale: string,
  texts: InfoTexts,
): AppInfoLocalizationRecord {
  checkLocale(locale)
  demandEditable(info)
  if (infoLocalizationsOf(scene, info.id).some((one) => one.locale === locale)) {
    throw duplicateAttribute('locale', `The localization '${locale}' already exists for this app info`)
  }
  checkLengths(texts, LIMITS)
  checkAddresses(texts)
  if (typeof texts.name === 'string') checkAppName(scene, texts.name, info.appId)
  return addInfoLocalization(scene, { ...NO_TEXTS, ...texts, appInfoId: info.id, locale })
}

/** Changes texts. */
export function changeInfoLocalization(
  scene: Scene,
  record: AppInfoLocalizationRecord,
  texts: InfoTexts,
): AppInfoLocalizationRecord {
  const info = infoOf(scene, record)
  if (info !== undefined) demandEditable(info)
  checkLengths(texts, LIMITS)
  checkAddresses(texts)
  if (typeof texts.name === 'string') checkAppName(scene, texts.name, info?.appId)
  if (info !== undefined) followName(scene, info, record.locale, texts.name)
  return storeOf(scene.team, appInfoLocalizations).change(record, texts)
}

/** Deletes a language: not the app's first. */
export function deleteInfoLocalization(scene: Scene, record: AppInfoLocalizationRecord): void {
  const info = infoOf(scene, record)
  if (info !== undefined) demandEditable(info)
  const app = storeOf(scene.team, apps).get(info?.appId ?? '')
  if (app?.primaryLocale === record.locale) throw conflict('The primary locale can not be deleted', '/data/id')
  storeOf(scene.team, appInfoLocalizations).remove(record.id)
}
