import { newUuid } from '../../world/random.ts'
import { storeOf } from '../../world/team.ts'
import { type Scene, visibleAt } from '../../world/world.ts'
import { type ScreenshotRecord, screenshots } from '../app-screenshots/store.ts'
import { type VersionLocalizationRecord, versionLocalizations } from '../app-store-version-localizations/store.ts'
import { isEditable } from '../app-store-versions/states.ts'
import { versions } from '../app-store-versions/store.ts'
import { duplicateAttribute, invalidRelationship, stateError } from '../json-api/errors.ts'
import { type ScreenshotSetRecord, screenshotSets } from './store.ts'

/** The sets of a localization, oldest first. */
export function screenshotSetsOf(scene: Scene, localizationId: string): ScreenshotSetRecord[] {
  return storeOf(scene.team, screenshotSets).by('localization', localizationId)
}

/** The screenshots of a set, in the order of the store. */
export function screenshotsOf(scene: Scene, set: ScreenshotSetRecord): ScreenshotRecord[] {
  const store = storeOf(scene.team, screenshots)
  return set.order.flatMap((id) => store.get(id) ?? [])
}

function localizationOf(scene: Scene, id: string): VersionLocalizationRecord | undefined {
  return storeOf(scene.team, versionLocalizations).get(id)
}

/** Refuses changes to pictures of a version that is on its way, or on sale. */
export function demandOpen(scene: Scene, localizationId: string): void {
  const localization = localizationOf(scene, localizationId)
  const version = storeOf(scene.team, versions).get(localization?.versionId ?? '')
  if (version === undefined || isEditable(version.state)) return
  throw stateError(`Screenshots can not be changed while the version is in the state '${version.state}'`)
}

function addSet(scene: Scene, localizationId: string, displayType: string): ScreenshotSetRecord {
  return storeOf(scene.team, screenshotSets).add({
    id: newUuid(scene.world.random),
    visibleAt: visibleAt(scene, screenshotSets.name),
    localizationId,
    displayType,
    order: [],
  })
}

/** Makes a set: one for each display type of a localization. */
export function createScreenshotSet(scene: Scene, localizationId: string, displayType: string): ScreenshotSetRecord {
  if (localizationOf(scene, localizationId) === undefined) {
    throw invalidRelationship(
      'appStoreVersionLocalization',
      `There is no resource of type 'appStoreVersionLocalizations' with id '${localizationId}'`,
    )
  }
  demandOpen(scene, localizationId)
  if (screenshotSetsOf(scene, localizationId).some((set) => set.displayType === displayType)) {
    throw duplicateAttribute('screenshotDisplayType', `A screenshot set of the type '${displayType}' already exists`)
  }
  return addSet(scene, localizationId, displayType)
}

/** Puts a set's screenshots in another order; the list has to be whole. */
export function orderScreenshots(scene: Scene, set: ScreenshotSetRecord, ids: readonly string[]): void {
  demandOpen(scene, set.localizationId)
  const isWhole = ids.length === set.order.length && ids.every((id) => set.order.includes(id))
  if (!isWhole)
    throw invalidRelationship('appScreenshots', 'The list must hold each screenshot of the set exactly once')
  storeOf(scene.team, screenshotSets).change(set, { order: ids })
}

function forget(scene: Scene, set: ScreenshotSetRecord): void {
  for (const id of set.order) storeOf(scene.team, screenshots).remove(id)
  storeOf(scene.team, screenshotSets).remove(set.id)
}

/** Deletes a set with its screenshots for a client. */
export function deleteScreenshotSet(scene: Scene, set: ScreenshotSetRecord): void {
  demandOpen(scene, set.localizationId)
  forget(scene, set)
}

/** Forgets the sets of a localization that is deleted. */
export function removeScreenshotSetsOf(scene: Scene, localizationId: string): void {
  for (const set of screenshotSetsOf(scene, localizationId)) forget(scene, set)
}

/** Gives a new version's localization the pictures of the last one; what had not been uploaded is left behind. */
export function copyScreenshotSets(scene: Scene, from: string, to: string): void {
  const store = storeOf(scene.team, screenshots)
  for (const set of screenshotSetsOf(scene, from)) {
    const copy = addSet(scene, to, set.displayType)
    const done = screenshotsOf(scene, set).filter((one) => one.doneAt !== null && one.failure === null)
    const copies = done.map(({ seq: _seq, ...old }) => {
      return store.add({ ...old, id: newUuid(scene.world.random), visibleAt: scene.now, setId: copy.id })
    })
    storeOf(scene.team, screenshotSets).change(copy, { order: copies.map(({ id }) => id) })
  }
}
