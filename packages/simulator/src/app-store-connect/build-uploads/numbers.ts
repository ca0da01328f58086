import { storeOf } from '../../world/team.ts'
import type { Scene } from '../../world/world.ts'
import { builds, preReleaseVersions } from '../builds/store.ts'
import type { BuildUploadRecord } from './store.ts'

/** What an upload says of itself. */
export type UploadVersion = Pick<BuildUploadRecord, 'appId' | 'platform' | 'versionString' | 'version'>

/** Whether a text is a version of the bundle: whole numbers with dots between. */
export function isBundleVersion(text: string): boolean {
  return /^\d{1,9}(\.\d{1,9}){0,3}$/.test(text)
}

/** Orders versions by their numbers: 1.2 is 1.2.0 and before 1.10. */
export function compareVersions(one: string, other: string): number {
  const [ours, theirs] = [one.split('.').map(Number), other.split('.').map(Number)]
  for (let index = 0; index < Math.max(ours.length, theirs.length); index += 1) {
    const difference = (ours[index] ?? 0) - (theirs[index] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}

function numbersOf(scene: Scene, { appId, platform }: UploadVersion, isOf: (train: string) => boolean): string[] {
  return storeOf(scene.team, preReleaseVersions)
    .by('app', appId)
    .filter((train) => train.platform === platform && isOf(train.version))
    .flatMap(({ id }) => storeOf(scene.team, builds).by('preReleaseVersion', id))
    .map(({ version }) => version)
    .sort(compareVersions)
}

/** The build numbers of a train, lowest first. */
export function numbersUsed(scene: Scene, upload: UploadVersion): string[] {
  return numbersOf(scene, upload, (train) => compareVersions(train, upload.versionString) === 0)
}

/** The build numbers of all trains of the app's platform, lowest first. */
export function numbersOnPlatform(scene: Scene, upload: UploadVersion): string[] {
  return numbersOf(scene, upload, () => true)
}

/** Whether a build of the train has this number. */
export function isNumberUsed(scene: Scene, upload: UploadVersion): boolean {
  return numbersUsed(scene, upload).some((number) => compareVersions(number, upload.version) === 0)
}
