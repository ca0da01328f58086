import type { Perform } from '../transport/task.ts'
import { type RawResource, readResource } from './document.ts'
import { reference } from './operations.ts'
import { below, createOne, deleteOne, modifyOne, readBelow } from './store-resource.ts'
import {
  type AppStoreVersionPhasedRelease,
  appStoreVersionPhasedReleaseShape,
} from './wire/app-store-version-phased-releases.ts'

/** A phased release and its version, which is the way to read it. */
export interface PhasedReleaseName {
  readonly id: string
  readonly versionId: string
}

/** Releases over seven days. */
export interface AppStoreVersionPhasedReleases {
  /** The phased release of a version. Source: Apple, "Read the App Store version phased release information of an App Store version". */
  readOf(versionId: string): Promise<AppStoreVersionPhasedRelease | undefined>
  /** Makes one before the version is on sale; not for an app's first. Source: Apple, "Create an App Store version phased release". */
  create(versionId: string): Promise<AppStoreVersionPhasedRelease>
  /** Pauses it, goes on, or gives the version to everybody. Source: Apple, "Modify an App Store version phased release". */
  modify(name: PhasedReleaseName, state: 'ACTIVE' | 'PAUSED' | 'COMPLETE'): Promise<AppStoreVersionPhasedRelease>
  /** Takes it back before it has begun. Source: Apple, "Delete an App Store version phased release". */
  delete(name: PhasedReleaseName): Promise<void>
}

const kind = {
  type: 'appStoreVersionPhasedReleases',
  read: (raw: RawResource): AppStoreVersionPhasedRelease => readResource(appStoreVersionPhasedReleaseShape, raw),
}

/** The operations on phased releases. */
export function createAppStoreVersionPhasedReleases(perform: Perform): AppStoreVersionPhasedReleases {
  const readOf = (versionId: string) =>
    readBelow(perform, kind, below('appStoreVersions', versionId, 'appStoreVersionPhasedRelease'))
  return {
    readOf,
    create: (versionId) =>
      createOne(
        perform,
        kind,
        {
          attributes: { phasedReleaseState: 'INACTIVE' },
          relationships: { appStoreVersion: reference('appStoreVersions', versionId) },
        },
        () => readOf(versionId),
      ),
    modify: ({ id, versionId }, phasedReleaseState) =>
      modifyOne(perform, kind, id, { attributes: { phasedReleaseState }, current: () => readOf(versionId) }),
    delete: ({ id, versionId }) => deleteOne(perform, kind, id, async () => (await readOf(versionId))?.id !== id),
  }
}
