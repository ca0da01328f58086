import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { profilePath } from '@cordon/app-archive/app-archive'
import { type InfoDictionary, isDictionary, readInfoPlist, writeInfoPlist } from '@cordon/app-archive/plist'
import type { ResignInputs } from './inputs.ts'
import { newBundleId, type PlannedBundle } from './plan.ts'

type Wishes = Pick<ResignInputs, 'bundleId' | 'version' | 'buildNumber'>

/** Puts the profile into an unpacked bundle, and bundle ID and versions into its Info.plist when they change. */
export async function rewriteBundle(
  folder: string,
  { bundle, given }: PlannedBundle,
  { app, wishes }: { readonly app: string; readonly wishes: Wishes },
): Promise<void> {
  await writeFile(join(folder, profilePath(bundle)), given.content)
  if (wishes.bundleId === undefined && wishes.version === undefined && wishes.buildNumber === undefined) return
  const path = join(folder, bundle.contents, 'Info.plist')
  const plist = readInfoPlist(await readFile(path))
  await writeFile(path, writeInfoPlist({ ...plist, values: rewritten(plist.values, app, wishes) }))
}

/** Keys that hold bundle IDs of the same app: the app of a watch app, the watch app of its extension. */
const BUNDLE_ID_KEYS = ['CFBundleIdentifier', 'WKCompanionAppBundleIdentifier', 'WKAppBundleIdentifier']

/** An Info.plist with the wishes filled in. Only keys that are there are changed. */
export function rewritten(values: InfoDictionary, app: string, wishes: Wishes): InfoDictionary {
  const renamed = renameIn(values, app, wishes)
  const { version, buildNumber } = wishes
  return {
    ...renamed,
    ...(version !== undefined && { CFBundleShortVersionString: version }),
    ...(buildNumber !== undefined && { CFBundleVersion: buildNumber }),
  }
}

function renameIn(values: InfoDictionary, app: string, wishes: Wishes): InfoDictionary {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => {
      if (BUNDLE_ID_KEYS.includes(key) && typeof value === 'string') return [key, newBundleId(value, app, wishes)]
      // `WKAppBundleIdentifier` lies in NSExtension › NSExtensionAttributes.
      return [key, isDictionary(value) && key.startsWith('NSExtension') ? { ...renameIn(value, app, wishes) } : value]
    }),
  )
}
