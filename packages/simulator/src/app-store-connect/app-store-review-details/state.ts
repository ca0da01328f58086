import { newUuid } from '../../world/random.ts'
import { storeOf } from '../../world/team.ts'
import { type Scene, visibleAt } from '../../world/world.ts'
import { isReleased } from '../app-store-versions/states.ts'
import { versions } from '../app-store-versions/store.ts'
import type { WriteBody } from '../json-api/body.ts'
import { conflict, invalidAttribute, invalidRelationship, stateError } from '../json-api/errors.ts'
import { checkLengths } from '../json-api/texts.ts'
import { type ReviewDetailRecord, reviewDetails } from './store.ts'

/** What a client may say to reviewers. */
export type ReviewWords = Omit<ReviewDetailRecord, 'id' | 'seq' | 'visibleAt' | 'versionId'>

const NOTHING: ReviewWords = {
  contactFirstName: null,
  contactLastName: null,
  contactPhone: null,
  contactEmail: null,
  demoAccountName: null,
  demoAccountPassword: null,
  demoAccountRequired: null,
  notes: null,
}
const LIMITS = { notes: 4_000 }

function checkWords(attributes: WriteBody['attributes']): Partial<ReviewWords> {
  checkLengths(attributes, LIMITS)
  const { contactEmail, contactPhone } = attributes
  if (typeof contactEmail === 'string' && !/^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(contactEmail)) {
    throw invalidAttribute('contactEmail', `'${contactEmail.slice(0, 100)}' is not a valid e-mail address`)
  }
  // Reported by deliver's users: a number without a country is refused.
  if (typeof contactPhone === 'string' && !/^\+[\d\s().-]{6,}$/.test(contactPhone)) {
    throw invalidAttribute('contactPhone', 'The phone number must begin with a plus sign and the code of a country')
  }
  // The body's shape was checked: its names and kinds are those of the record.
  return attributes as Partial<ReviewWords>
}

function demandUnreleased(scene: Scene, versionId: string): void {
  const version = storeOf(scene.team, versions).get(versionId)
  if (version !== undefined && !isReleased(version.state)) return
  throw stateError('The review details can not be changed in the current state of the version')
}

/** Tells reviewers of a version, once. */
export function createReviewDetail(
  scene: Scene,
  versionId: string,
  attributes: WriteBody['attributes'],
): ReviewDetailRecord {
  if (storeOf(scene.team, versions).get(versionId) === undefined) {
    throw invalidRelationship(
      'appStoreVersion',
      `There is no resource of type 'appStoreVersions' with id '${versionId}'`,
    )
  }
  demandUnreleased(scene, versionId)
  const store = storeOf(scene.team, reviewDetails)
  if (store.count('version', versionId) > 0) {
    throw conflict('The version already has review details', '/data/relationships/appStoreVersion')
  }
  return store.add({
    ...NOTHING,
    ...checkWords(attributes),
    id: newUuid(scene.world.random),
    visibleAt: visibleAt(scene, reviewDetails.name),
    versionId,
  })
}

/** Changes what reviewers are told. */
export function changeReviewDetail(
  scene: Scene,
  record: ReviewDetailRecord,
  attributes: WriteBody['attributes'],
): ReviewDetailRecord {
  demandUnreleased(scene, record.versionId)
  return storeOf(scene.team, reviewDetails).change(record, checkWords(attributes))
}
