import { appArchiveErrors } from './errors.ts'
import { child, childList, openXar, parseXml, type XarArchive } from './xar/open-xar.ts'

const MAX_XML_BYTES = 4 * 1024 * 1024

/** What an installer package (.pkg) says about the app in it. The app itself stays packed: its profile and icon cannot be seen. */
export interface InstallerPackage {
  readonly path: string
  readonly bytes: number
  readonly bundleId: string
  readonly version: string | undefined
  readonly buildNumber: string | undefined
  /** Signed by an installer certificate, as the Mac App Store demands. */
  readonly isSigned: boolean
}

/**
 * Reads a product archive as `productbuild` and Xcode make it, by its table of contents; nothing is unpacked.
 * Errors: those of `openXar`; `app_archive.no_app` when the package names no app, or more than one.
 */
export async function readInstallerPackage(path: string): Promise<InstallerPackage> {
  const xar = await openXar(path)
  try {
    const bundles = await bundlesOf(xar)
    const [only, ...others] = bundles
    if (only === undefined || others.length > 0) {
      const found = bundles.map(({ bundleId }) => bundleId)
      const detail = `"${path}" names ${only === undefined ? 'no app' : found.join(', ')}`
      throw appArchiveErrors.no_app({ path, found }, { detail })
    }
    return { path, bytes: xar.bytes, ...only, isSigned: xar.isSigned }
  } finally {
    await xar.close()
  }
}

type Named = Pick<InstallerPackage, 'bundleId' | 'version' | 'buildNumber'>

/** `Distribution` of a product archive tells of all its components; a component alone has `PackageInfo`. */
async function bundlesOf(xar: XarArchive): Promise<readonly Named[]> {
  const files = [...xar.entries.keys()].filter((name) => /(^|\/)PackageInfo$/.test(name) || name === 'Distribution')
  const found = new Map<string, Named>()
  for (const name of files) {
    const entry = xar.entries.get(name)
    if (entry === undefined) continue
    const text = (await xar.read(entry, MAX_XML_BYTES)).toString('utf8')
    for (const bundle of bundleElements(parseXml(xar.path, name, text))) {
      const named = readBundle(bundle)
      if (named !== undefined && !found.has(named.bundleId)) found.set(named.bundleId, named)
    }
  }
  return [...found.values()]
}

function bundleElements(document: unknown): readonly unknown[] {
  const references = childList(child(document, 'installer-gui-script'), 'pkg-ref')
  const versions = references.flatMap((reference) => childList(reference, 'bundle-version'))
  return [...versions, child(document, 'pkg-info')].flatMap((element) => childList(element, 'bundle'))
}

/** Apps at the top of the package alone count: what lies in them is listed too. */
function readBundle(element: unknown): Named | undefined {
  const attribute = (name: string) => {
    const value = child(element, `@${name}`)
    return typeof value === 'string' && value !== '' ? value : undefined
  }
  const bundleId = attribute('id') ?? attribute('CFBundleIdentifier')
  const place = (attribute('path') ?? '').replace(/^\.\//, '').replace(/\/$/, '')
  if (bundleId === undefined || !/^(Applications\/)?[^/]+\.app$/.test(place)) return undefined
  return {
    bundleId,
    version: attribute('CFBundleShortVersionString'),
    buildNumber: attribute('CFBundleVersion'),
  }
}
