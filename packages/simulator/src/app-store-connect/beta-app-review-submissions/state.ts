import { storeOf } from '../../world/team.ts'
import type { Scene } from '../../world/world.ts'
import { apps } from '../apps/state.ts'
import { betaAppLocalizations } from '../beta-app-localizations/store.ts'
import { moveBuild } from '../builds/state.ts'
import { externalStateOf } from '../builds/states.ts'
import { type BuildRecord, builds, preReleaseVersions } from '../builds/store.ts'
import { AppleError, type AppleErrorEntry, conflict, invalidRelationship, stateError } from '../json-api/errors.ts'
import { betaReviewStateOf } from './states.ts'

const CONTACT = ['contactFirstName', 'contactLastName', 'contactPhone', 'contactEmail']
const APPROVED = 'APPROVED'

function missing(name: string, what: string): AppleErrorEntry {
  return {
    code: 'ENTITY_ERROR.ATTRIBUTE.REQUIRED',
    title: 'The provided entity is missing a required attribute',
    detail: `${what} must have a value for the attribute '${name}' before the build can be submitted`,
    source: { pointer: `/data/attributes/${name}` },
  }
}

/** What reviewers of a beta need: whom to ask, and what testers will read. */
function missingFor(scene: Scene, appId: string): AppleErrorEntry[] {
  const app = storeOf(scene.team, apps).get(appId)
  const contact = CONTACT.filter((name) => typeof app?.betaReviewDetail?.[name] !== 'string')
  const texts = storeOf(scene.team, betaAppLocalizations).by('app', appId)
  const first = texts.find(({ locale }) => locale === app?.primaryLocale)
  const lacking = (['description', 'feedbackEmail'] as const).filter((name) => !first?.[name])
  return [
    ...contact.map((name) => missing(name, 'The beta app review detail')),
    ...lacking.map((name) => missing(name, 'The beta app localization')),
  ]
}

/** Whether an earlier build of the train was approved: then the next ones need no look. */
function isTrainApproved(scene: Scene, record: BuildRecord): boolean {
  const train = storeOf(scene.team, preReleaseVersions).get(record.preReleaseVersionId)
  if (train === undefined) return false
  return storeOf(scene.team, builds)
    .by('preReleaseVersion', train.id)
    .some((build) => build.id !== record.id && betaReviewStateOf(build) === APPROVED)
}

/** Asks for the review of a build for outside testers. */
export function submitForBetaReview(scene: Scene, buildId: string): BuildRecord {
  const build = storeOf(scene.team, builds).get(buildId)
  if (build === undefined) {
    throw invalidRelationship('build', `There is no resource of type 'builds' with id '${buildId}'`)
  }
  if (build.betaReview !== null) throw conflict('The build was already submitted for beta review')
  const state = externalStateOf(scene, build)
  if (state !== 'READY_FOR_BETA_SUBMISSION') {
    throw stateError(`The build can not be submitted for beta review in the state '${state}'`)
  }
  const lacking = scene.world.settings.betaReviewDemandsContact ? missingFor(scene, build.appId) : []
  if (lacking.length > 0) throw new AppleError(409, lacking)
  const betaReview = isTrainApproved(scene, build) ? 'BETA_APPROVED' : 'WAITING_FOR_BETA_REVIEW'
  return moveBuild(scene, build, { betaReview, betaSubmittedAt: scene.now })
}
