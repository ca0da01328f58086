import { discardUpload } from '../../uploads/store.ts'
import type { NewRecord } from '../../world/collection.ts'
import { newUuid } from '../../world/random.ts'
import { storeOf } from '../../world/team.ts'
import { type Scene, visibleAt } from '../../world/world.ts'
import { versionLocalizations } from '../app-store-version-localizations/store.ts'
import { isEditable } from '../app-store-versions/states.ts'
import { versions } from '../app-store-versions/store.ts'
import { duplicateAttribute, invalidRelationship, stateError } from '../json-api/errors.ts'
import type { MediaKind, MediaSetRecord, MediumRecord, SetKind } from './kind.ts'

/** The sets of a localization, oldest first. */
export function setsOf(scene: Scene, { sets }: SetKind, localizationId: string): MediaSetRecord[] {
  return storeOf(scene.team, sets).by('localization', localizationId)
}

/** What is in a set, in the order of the store. */
export function mediaOf<M extends MediumRecord>(scene: Scene, { media }: MediaKind<M>, set: MediaSetRecord): M[] {
  const store = storeOf(scene.team, media)
  return set.order.flatMap((id) => store.get(id) ?? [])
}

/** The first letter as a capital. */
function capital(word: string): string {
  return `${word.charAt(0).toUpperCase()}${word.slice(1)}`
}

/** Refuses changes to a version that is on its way, or on sale. */
export function demandOpen(scene: Scene, { word }: SetKind, localizationId: string): void {
  const localization = storeOf(scene.team, versionLocalizations).get(localizationId)
  const version = storeOf(scene.team, versions).get(localization?.versionId ?? '')
  if (version === undefined || isEditable(version.state)) return
  throw stateError(`${capital(word)}s can not be changed while the version is in the state '${version.state}'`)
}

function addSet(scene: Scene, { sets }: SetKind, localizationId: string, displayType: string): MediaSetRecord {
  return storeOf(scene.team, sets).add({
    id: newUuid(scene.world.random),
    visibleAt: visibleAt(scene, sets.name),
    localizationId,
    displayType,
    order: [],
  })
}

/** Makes a set: one for each kind of display of a localization. */
export function createSet(scene: Scene, kind: SetKind, localizationId: string, displayType: string): MediaSetRecord {
  if (storeOf(scene.team, versionLocalizations).get(localizationId) === undefined) {
    const detail = `There is no resource of type 'appStoreVersionLocalizations' with id '${localizationId}'`
    throw invalidRelationship('appStoreVersionLocalization', detail)
  }
  demandOpen(scene, kind, localizationId)
  if (setsOf(scene, kind, localizationId).some((set) => set.displayType === displayType)) {
    throw duplicateAttribute(kind.typeAttribute, `A ${kind.word} set of the type '${displayType}' already exists`)
  }
  return addSet(scene, kind, localizationId, displayType)
}

/** Puts what is in a set in another order; the list has to be whole. */
export function orderMedia<M extends MediumRecord>(
  scene: Scene,
  kind: MediaKind<M>,
  set: MediaSetRecord,
  ids: readonly string[],
): void {
  demandOpen(scene, kind, set.localizationId)
  const isWhole = ids.length === set.order.length && set.order.every((id) => ids.includes(id))
  if (!isWhole) {
    throw invalidRelationship(kind.media.name, `The list must hold each ${kind.word} of the set exactly once`)
  }
  storeOf(scene.team, kind.sets).change(set, { order: ids })
}

/** Takes one out of its set and forgets it, with what has come of its upload, and with its picture unless a copy has it too. */
export function removeMedium<M extends MediumRecord>(
  scene: Scene,
  { sets, media }: MediaKind<M>,
  { id, setId, uploadId, imageId }: M,
): void {
  const store = storeOf(scene.team, sets)
  const set = store.get(setId)
  if (set !== undefined) store.change(set, { order: set.order.filter((one) => one !== id) })
  if (uploadId !== null) discardUpload(scene.world.uploads, uploadId)
  const records = storeOf(scene.team, media)
  records.remove(id)
  if (imageId !== undefined && records.count('image', imageId) === 0) scene.world.images.forget(imageId)
}

function forget<M extends MediumRecord>(scene: Scene, kind: MediaKind<M>, set: MediaSetRecord): void {
  for (const medium of mediaOf(scene, kind, set)) removeMedium(scene, kind, medium)
  storeOf(scene.team, kind.sets).remove(set.id)
}

/** Deletes a set with what is in it for a client. */
export function deleteSet<M extends MediumRecord>(scene: Scene, kind: MediaKind<M>, set: MediaSetRecord): void {
  demandOpen(scene, kind, set.localizationId)
  forget(scene, kind, set)
}

/** Forgets the sets of a localization that is deleted. */
export function removeSetsOf<M extends MediumRecord>(scene: Scene, kind: MediaKind<M>, localizationId: string): void {
  for (const set of setsOf(scene, kind, localizationId)) forget(scene, kind, set)
}

/** Gives a new version's localization what the last one had; what had not been uploaded is left behind. */
export function copySets<M extends MediumRecord>(scene: Scene, kind: MediaKind<M>, from: string, to: string): void {
  const store = storeOf(scene.team, kind.media)
  for (const set of setsOf(scene, kind, from)) {
    const copy = addSet(scene, kind, to, set.displayType)
    const done = mediaOf(scene, kind, set).filter(({ doneAt, failure }) => doneAt !== null && failure === null)
    const copies = done.map(({ seq: _seq, ...old }) => {
      const fresh = { ...old, id: newUuid(scene.world.random), visibleAt: scene.now, setId: copy.id }
      // A record without its place, and with another: what the compiler can not see through the rest of a generic type.
      return store.add(fresh as unknown as NewRecord<M>)
    })
    storeOf(scene.team, kind.sets).change(copy, { order: copies.map(({ id }) => id) })
  }
}
