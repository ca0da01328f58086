import { discardUpload } from '../../uploads/store.ts'
import { newUuid } from '../../world/random.ts'
import { storeOf } from '../../world/team.ts'
import { type Scene, visibleAt } from '../../world/world.ts'
import { type PreviewRecord, previews } from '../app-previews/store.ts'
import { versionLocalizations } from '../app-store-version-localizations/store.ts'
import { isEditable } from '../app-store-versions/states.ts'
import { versions } from '../app-store-versions/store.ts'
import { duplicateAttribute, invalidRelationship, stateError } from '../json-api/errors.ts'
import { type PreviewSetRecord, previewSets } from './store.ts'

/** The sets of a localization, oldest first. */
export function previewSetsOf(scene: Scene, localizationId: string): PreviewSetRecord[] {
  return storeOf(scene.team, previewSets).by('localization', localizationId)
}

/** The previews of a set, in the order of the store. */
export function previewsOf(scene: Scene, set: PreviewSetRecord): PreviewRecord[] {
  return set.order.flatMap((id) => storeOf(scene.team, previews).get(id) ?? [])
}

/** Refuses changes to films of a version that is on its way, or on sale. */
export function demandPreviewsOpen(scene: Scene, localizationId: string): void {
  const localization = storeOf(scene.team, versionLocalizations).get(localizationId)
  const version = storeOf(scene.team, versions).get(localization?.versionId ?? '')
  if (version === undefined || isEditable(version.state)) return
  throw stateError(`Previews can not be changed while the version is in the state '${version.state}'`)
}

function addSet(scene: Scene, localizationId: string, previewType: string): PreviewSetRecord {
  return storeOf(scene.team, previewSets).add({
    id: newUuid(scene.world.random),
    visibleAt: visibleAt(scene, previewSets.name),
    localizationId,
    previewType,
    order: [],
  })
}

/** Makes a set: one for each kind of display of a localization. */
export function createPreviewSet(scene: Scene, localizationId: string, previewType: string): PreviewSetRecord {
  if (storeOf(scene.team, versionLocalizations).get(localizationId) === undefined) {
    const detail = `There is no resource of type 'appStoreVersionLocalizations' with id '${localizationId}'`
    throw invalidRelationship('appStoreVersionLocalization', detail)
  }
  demandPreviewsOpen(scene, localizationId)
  if (previewSetsOf(scene, localizationId).some((set) => set.previewType === previewType)) {
    throw duplicateAttribute('previewType', `A preview set of the type '${previewType}' already exists`)
  }
  return addSet(scene, localizationId, previewType)
}

/** Puts a set's previews in another order; the list has to be whole. */
export function orderPreviews(scene: Scene, set: PreviewSetRecord, ids: readonly string[]): void {
  demandPreviewsOpen(scene, set.localizationId)
  const isWhole = ids.length === set.order.length && ids.every((id) => set.order.includes(id))
  if (!isWhole) throw invalidRelationship('appPreviews', 'The list must hold each preview of the set exactly once')
  storeOf(scene.team, previewSets).change(set, { order: ids })
}

function forget(scene: Scene, set: PreviewSetRecord): void {
  for (const { id, uploadId } of previewsOf(scene, set)) {
    if (uploadId !== null) discardUpload(scene.world.uploads, uploadId)
    storeOf(scene.team, previews).remove(id)
  }
  storeOf(scene.team, previewSets).remove(set.id)
}

/** Deletes a set with its previews for a client. */
export function deletePreviewSet(scene: Scene, set: PreviewSetRecord): void {
  demandPreviewsOpen(scene, set.localizationId)
  forget(scene, set)
}

/** Forgets the sets of a localization that is deleted. */
export function removePreviewSetsOf(scene: Scene, localizationId: string): void {
  for (const set of previewSetsOf(scene, localizationId)) forget(scene, set)
}

/** Gives a new version's localization the films of the last one; what had not been uploaded is left behind. */
export function copyPreviewSets(scene: Scene, from: string, to: string): void {
  const store = storeOf(scene.team, previews)
  for (const set of previewSetsOf(scene, from)) {
    const copy = addSet(scene, to, set.previewType)
    const done = previewsOf(scene, set).filter((one) => one.doneAt !== null && one.failure === null)
    const copies = done.map(({ seq: _seq, ...old }) =>
      store.add({ ...old, id: newUuid(scene.world.random), visibleAt: scene.now, setId: copy.id }),
    )
    storeOf(scene.team, previewSets).change(copy, { order: copies.map(({ id }) => id) })
  }
}
