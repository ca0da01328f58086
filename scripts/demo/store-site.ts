import { claim } from './narrator.ts'

/** An app as a person makes it on App Store Connect's site; no key can. */
export interface StoreApp {
  readonly name: string
  readonly bundleId: string
  /** Name of a group of testers of the team. */
  readonly group: string
}

/** Acts on App Store Connect's site as a person of the team: makes the app record, and a group of testers in it. */
export async function makeStoreApp(simulatorUrl: string, email: string, app: StoreApp): Promise<void> {
  const cookie = await openSession(simulatorUrl, email)
  const post = (type: string, body: unknown) =>
    send(`${simulatorUrl}/appstoreconnect/iris/v1/${type}`, body, { cookie, 'x-csrf-itc': '[asc-ui]' })
  const { data } = await post('apps', newApp(app))
  const group = { name: app.group, isInternalGroup: true }
  const relationships = { app: { data: { type: 'apps', id: data?.id } } }
  await post('betaGroups', { data: { type: 'betaGroups', attributes: group, relationships } })
}

interface Answer {
  readonly cookie?: string
  readonly data?: { readonly id: string }
}

/** A session without a sign-in: the person sat at the site before. */
async function openSession(simulatorUrl: string, email: string): Promise<string> {
  const { cookie = '' } = await send(`${simulatorUrl}/_simulator/accounts/${encodeURIComponent(email)}/sessions`, {})
  return cookie
}

/** The document that the site sends. Source: spaceship `connect_api/models/app.rb` (2.237). */
function newApp({ name, bundleId }: StoreApp) {
  const own = (type: string, id: string) => ({ type, id: `\${${id}}` })
  const [version, info, text] = [
    own('appStoreVersions', 'store-version-ios'),
    own('appInfos', 'new-appInfo-id'),
    own('appInfoLocalizations', 'new-appInfoLocalization-id'),
  ]
  return {
    data: {
      type: 'apps',
      attributes: { bundleId, sku: bundleId, primaryLocale: 'en-US' },
      relationships: { appStoreVersions: { data: [version] }, appInfos: { data: [info] } },
    },
    included: [
      { ...version, attributes: { platform: 'IOS', versionString: '1.0' } },
      { ...info, relationships: { appInfoLocalizations: { data: [text] } } },
      { ...text, attributes: { locale: 'en-US', name } },
    ],
  }
}

async function send(url: string, body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
  claim(response.ok, `${new URL(url).pathname} answered ${response.status}: ${await response.clone().text()}`)
  return (await response.json()) as Answer
}

/** What testers of a team see: each build with its state, and what they are asked to try. */
export interface TestFlight {
  readonly builds: ReadonlyArray<{ readonly number: string; readonly state: string }>
  readonly whatToTest: readonly string[]
}

interface Overview {
  readonly teams: ReadonlyArray<{
    readonly teamId: string
    readonly resources: Readonly<Record<string, { readonly items: readonly OverviewItem[] }>>
  }>
}

interface OverviewItem {
  readonly id: string
  readonly attributes: Readonly<Record<string, unknown>>
}

/** Looks at TestFlight where no step had a hand in it: at the simulator's control endpoint. */
export async function lookAtTestFlight(simulatorUrl: string, teamId: string): Promise<TestFlight> {
  const response = await fetch(`${simulatorUrl}/_simulator/overview`)
  const { teams } = (await response.json()) as Overview
  const resources = teams.find((team) => team.teamId === teamId)?.resources ?? {}
  const of = (type: string) => resources[type]?.items ?? []
  const stateOf = (id: string) => of('buildBetaDetails').find((detail) => detail.id === id)?.attributes
  return {
    builds: of('builds').map(({ id, attributes }) => ({
      number: String(attributes.version),
      state: String(stateOf(id)?.internalBuildState),
    })),
    whatToTest: of('betaBuildLocalizations').flatMap(({ attributes: { whatsNew } }) =>
      typeof whatsNew === 'string' && whatsNew !== '' ? [whatsNew] : [],
    ),
  }
}
