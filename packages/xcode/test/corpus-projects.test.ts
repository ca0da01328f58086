import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { isCordonError } from '@cordon/core/errors'
import { diffLines } from '@cordon/testkit/line-diff'
import { describe, expect, it } from 'vitest'
import { analyseProject } from '../src/analyse.ts'
import { openProjectFiles } from '../src/files.ts'
import { type Container, locateProject } from '../src/locate.ts'
import { planManualSigning } from '../src/manual-signing.ts'
import { quote } from '../src/pbxproj/text.ts'
import { indexSchemes } from '../src/scheme-index.ts'
import { announceAbsence, CORPUS } from './corpus.ts'

interface Expected {
  readonly repository: string
  /** Inside the repository. */
  readonly path: string
  readonly scheme: string
  /** Read from the files by hand. `!`: cannot be known from what is in the repository. */
  readonly bundleIds: Readonly<Record<string, string>>
  readonly team?: string
}

const EXPECTED: readonly Expected[] = [
  {
    repository: 'Alamofire+Alamofire',
    path: 'Alamofire.xcworkspace',
    scheme: 'watchOS Example WatchKit App',
    bundleIds: {
      'watchOS Example WatchKit App': 'org.alamofire.watchOS-Example.watchkitapp',
      'watchOS Example WatchKit Extension': 'org.alamofire.watchOS-Example.watchkitapp.watchkitextension',
    },
  },
  {
    repository: 'Automattic+pocket-casts-ios',
    path: 'podcasts.xcworkspace',
    scheme: 'pocketcasts',
    bundleIds: {
      podcasts: 'au.com.shiftyjelly.podcasts',
      NotificationExtension: 'au.com.shiftyjelly.podcasts.NotificationExtension',
      NotificationContent: 'au.com.shiftyjelly.podcasts.NotificationContent',
      'Pocket Casts Watch App': 'au.com.shiftyjelly.podcasts.watchkitapp',
      PodcastsIntents: 'au.com.shiftyjelly.podcasts.PodcastsIntents',
      PodcastsIntentsUI: 'au.com.shiftyjelly.podcasts.PodcastsIntentsUI',
      WidgetExtension: 'au.com.shiftyjelly.podcasts.WidgetExtension',
      'Share Extension': 'au.com.shiftyjelly.podcasts.Share-Extension',
    },
    team: 'PZYM8XX95Q',
  },
  {
    repository: 'Dimillian+IceCubesApp',
    path: '.',
    scheme: 'IceCubesApp',
    bundleIds: {
      IceCubesApp: 'com.thomasricouard.IceCubesApp',
      IceCubesNotifications: 'com.thomasricouard.IceCubesApp.IceCubesNotifications',
      IceCubesShareExtension: 'com.thomasricouard.IceCubesApp.IceCubesShareExtension',
      IceCubesActionExtension: 'com.thomasricouard.IceCubesApp.IceCubesActionExtension',
      IceCubesAppWidgetsExtensionExtension: 'com.thomasricouard.IceCubesApp.IceCubesAppWidgetsExtension',
    },
    team: 'Z6P74P6T99',
  },
  {
    repository: 'Ranchero-Software+NetNewsWire',
    path: '.',
    scheme: 'NetNewsWire-iOS',
    bundleIds: {
      'NetNewsWire-iOS': 'com.ranchero.NetNewsWire.iOS',
      'NetNewsWire iOS Share Extension': 'com.ranchero.NetNewsWire.iOS.Share-Extension',
      'NetNewsWire iOS Widget Extension': 'com.ranchero.NetNewsWire.iOS.SpringboardWidgets',
    },
    team: 'M8L2WTLA8W',
  },
  {
    repository: 'apple+sample-food-truck',
    path: '.',
    scheme: 'Food Truck',
    bundleIds: {
      'Food Truck': 'com.example.apple-samplecode.Food-Truck',
      Widgets: 'com.example.apple-samplecode.Food-Truck.Widgets',
    },
  },
  {
    repository: 'artsy+eidolon',
    path: '.',
    scheme: 'Kiosk',
    bundleIds: { Kiosk: 'net.artsy.kiosk.beta' },
  },
  {
    repository: 'damus-io+damus',
    path: 'damus.xcodeproj',
    scheme: 'damus',
    bundleIds: {
      damus: 'com.jb55.damus2',
      DamusNotificationService: 'com.jb55.damus2.DamusNotificationService',
      HighlighterActionExtension: 'com.jb55.damus2.highlighter-action-extension',
      ShareExtension: 'com.jb55.damus2.share-extension',
    },
    team: 'XK7H4JAB3D',
  },
  {
    repository: 'home-assistant+iOS',
    path: '.',
    scheme: 'App-Release',
    bundleIds: {
      App: 'io.robbie.HomeAssistant',
      'Extensions-Intents': 'io.robbie.HomeAssistant.Intents',
      'Extensions-Matter': 'io.robbie.HomeAssistant.Matter',
      'Extensions-NotificationContent': 'io.robbie.HomeAssistant.NotificationContentExtension',
      'Extensions-NotificationService': 'io.robbie.HomeAssistant.APNSAttachmentService',
      'Extensions-PushProvider': 'io.robbie.HomeAssistant.PushProvider',
      'Extensions-Share': 'io.robbie.HomeAssistant.ShareExtension',
      'Extensions-Widgets': 'io.robbie.HomeAssistant.Widgets',
      WatchApp: 'io.robbie.HomeAssistant.watchkitapp',
      'Extensions-WatchWidgets': 'io.robbie.HomeAssistant.watchkitapp.WatchWidgets',
    },
    team: 'QMQYCKL255',
  },
  {
    repository: 'jellyfin+Swiftfin',
    path: '.',
    scheme: 'Swiftfin',
    bundleIds: { 'Swiftfin iOS': 'org.jellyfin.swiftfin' },
  },
  {
    repository: 'mullvad+mullvadvpn-app',
    path: 'ios',
    scheme: 'MullvadVPN',
    bundleIds: { MullvadVPN: '!', PacketTunnel: '!' },
  },
  {
    repository: 'pointfreeco+isowords',
    path: 'App',
    scheme: 'isowords',
    bundleIds: { isowords: 'co.pointfree.IsoWordsTesting', AppClip: 'co.pointfree.IsoWordsTesting.Clip' },
    team: 'VFRXY8HC3H',
  },
  {
    repository: 'utmapp+UTM',
    path: '.',
    scheme: 'iOS',
    bundleIds: { iOS: 'com.utmapp.UTM' },
  },
]

const present = existsSync(CORPUS) ? EXPECTED : []
if (present.length === 0) announceAbsence('../shared/xcode-projects')

const ANY_SIGNING = {
  teamId: 'ABCDE12345',
  identity: '0123456789ABCDEF0123456789ABCDEF01234567',
  profileUuid: '12345678-90ab-cdef-1234-567890abcdef',
}

describe.each(present)('$repository, scheme $scheme', ({ repository, path, scheme, bundleIds, team }) => {
  const root = join(CORPUS, repository)
  const analysis = analyseProject({ path: join(root, path), scheme, root })

  it('signs the targets and bundle IDs that its files name', () => {
    const found = analysis.targets.map(({ name, bundleId }) => [
      name,
      bundleId.state === 'resolved' ? bundleId.value : '!',
    ])
    expect(Object.fromEntries(found)).toEqual(bundleIds)
    expect(analysis.targets[0]?.name).toBe(Object.keys(bundleIds)[0])
  })

  it('gives every value an origin, and a reason where it has none', () => {
    for (const { bundleId } of analysis.targets) {
      if (bundleId.state === 'resolved') expect(bundleId.origins[0]?.file).toBeDefined()
      else expect(bundleId.reason).toMatch(/is not defined here: .+ could not be read/)
    }
    const teams = analysis.targets.map(({ teamId }) => teamId?.state === 'resolved' && teamId.value)
    if (team !== undefined) expect(new Set(teams)).toEqual(new Set([team]))
  })

  it('gets manual signing by exactly the lines it names', () => {
    const { project, configuration } = analysis
    const targets = analysis.targets.map(({ name }) => ({ ...ANY_SIGNING, name, configuration }))
    const { changes, original, edited } = planManualSigning({ project, targets })
    const { removed, added } = diffLines(Buffer.from(original).toString(), Buffer.from(edited).toString())
    const line = (setting: string, value: string) => `${quote(setting)} = ${quote(value)};`
    const isFrame = (text: string) => /^(?:[0-9A-F]{24} = \{|\};)$/.test(text)
    expect(added.filter((text) => !isFrame(text)).toSorted()).toEqual(
      changes.map(({ setting, after }) => line(setting, after)).toSorted(),
    )
    expect(removed.toSorted()).toEqual(
      changes.flatMap(({ setting, before }) => (before === undefined ? [] : [line(setting, before)])).toSorted(),
    )
    expect(changes.length).toBeGreaterThanOrEqual(5)
  })
})

describe.each(present)('$repository, $path: every scheme', ({ repository, path }) => {
  it('is analysed or ends with a named reason', () => {
    const root = join(CORPUS, repository)
    const container: Container = locateProject(join(root, path))
    const names = new Set(indexSchemes(container, openProjectFiles(root)).schemes.map(({ name }) => name))
    for (const scheme of names) {
      try {
        expect(analyseProject({ path: container.path, scheme, root }).targets.length).toBeGreaterThan(0)
      } catch (error) {
        expect(isCordonError(error) && error.code, scheme).toBe('xcode.scheme_without_app')
      }
    }
    expect(names.size).toBeGreaterThan(0)
  })
})
