import { appleSignInRoutes } from '@cordon/api/apple-sign-ins/routes'
import type { Page } from 'playwright-core'
import { startSignIn } from './apple-ids.ts'
import type { Seeded } from './seed.ts'

/** One screen to look at: its address, whose eyes see it, and what to open on it. */
export interface Screen {
  readonly name: string
  readonly path: string
  readonly as: 'owner' | 'admin' | 'developer' | 'newcomer' | 'caretaker' | 'nobody'
  /** Resolves when there is something to look at. */
  readonly ready: (page: Page) => Promise<unknown>
}

const heading = (name: string | RegExp) => (page: Page) => page.getByRole('heading', { name }).first().waitFor()
const text = (name: string | RegExp) => (page: Page) => page.getByText(name).first().waitFor()

/** Every screen, and every dialog and menu that is not like another one. */
export function screensOf(seeded: Seeded): readonly Screen[] {
  const app = `/apps/${seeded.appId}`
  return [
    { name: 'sign-in', path: '/sign-in', as: 'nobody', ready: heading('Sign in') },
    { name: 'session-ended', path: '/sign-in?ended=true', as: 'nobody', ready: text('Your session has ended') },
    { name: 'set-up-without-token', path: '/set-up', as: 'nobody', ready: text('Open the set-up link again') },
    {
      name: 'set-up',
      path: '/set-up#token=cdn_set_example_example',
      as: 'nobody',
      ready: text('Create administrator'),
    },
    {
      name: 'invitation-invalid',
      path: '/invitation#token=cdn_inv_example',
      as: 'nobody',
      ready: text('Go to your apps'),
    },
    { name: 'not-found', path: '/nowhere', as: 'owner', ready: text('Nothing is here') },
    { name: 'apps', path: '/apps', as: 'owner', ready: text('Cider Notes') },
    { name: 'apps-create', path: '/apps?create=true', as: 'owner', ready: text('You become its owner') },
    { name: 'apps-empty', path: '/apps', as: 'newcomer', ready: text('Three steps to the first signed build') },
    { name: 'builds-empty', path: `/apps/${seeded.emptyAppId}`, as: 'owner', ready: text('No build yet') },
    {
      name: 'app-delete',
      path: `/apps/${seeded.emptyAppId}`,
      as: 'owner',
      ready: async (page) => {
        await page
          .getByRole('button', { name: /^Actions for / })
          .first()
          .click()
        await page.getByRole('menuitem', { name: 'Delete app…' }).click()
        await text('Nothing brings the app back')(page)
      },
    },
    { name: 'team-nothing', path: `/apps/${seeded.emptyAppId}/team`, as: 'owner', ready: text('Connection not set') },
    {
      name: 'connections-empty',
      path: '/account/apple-developer-account',
      as: 'newcomer',
      ready: text('No connection yet'),
    },
    { name: 'builds', path: app, as: 'owner', ready: text('nightly') },
    {
      name: 'team',
      path: `${app}/team`,
      as: 'owner',
      ready: async (page) => {
        await text('Builds may use it')(page)
        await text('sam@orchard.example')(page)
      },
    },
    { name: 'team-choose', path: `${app}/team`, as: 'owner', ready: openChoice },
    {
      name: 'team-choose-session',
      path: `${app}/team`,
      as: 'owner',
      ready: async (page) => {
        await page.getByRole('combobox', { name: /Session based/ }).click()
        await page.getByRole('option', { name: /CI account/ }).hover()
      },
    },
    {
      name: 'team-tested',
      path: `${app}/team`,
      as: 'owner',
      ready: async (page) => {
        for (const thing of ['key', 'Apple ID']) {
          await page.getByRole('button', { name: `Test the ${thing}` }).click()
          await page
            .getByRole('status', { name: `Result of the test of the ${thing}` })
            .getByRole('list')
            .waitFor()
        }
      },
    },
    {
      name: 'team-suspended',
      path: `/apps/${seeded.suspendedAppId}/team`,
      as: 'owner',
      ready: text('Builds get no Apple connection'),
    },
    { name: 'team-developer', path: `${app}/team`, as: 'developer', ready: text('Ask the owner or an admin') },
    { name: 'team-invite', path: `${app}/team`, as: 'owner', ready: press('Invite', 'Make invitation link') },
    {
      name: 'team-invited',
      path: `${app}/team`,
      as: 'owner',
      ready: async (page) => {
        await press('Invite', 'Make invitation link')(page)
        await page.getByRole('button', { name: 'Make invitation link' }).click()
        await text('Send this link')(page)
      },
    },
    { name: 'app-test-devices', path: `${app}/test-devices`, as: 'owner', ready: text('Test iPad') },
    {
      name: 'access',
      path: `${app}/access`,
      as: 'owner',
      ready: async (page) => {
        await text('GitHub Actions')(page)
        await text('password of the Apple ID')(page)
      },
    },
    {
      name: 'access-new-token',
      path: `${app}/access`,
      as: 'owner',
      ready: async (page) => {
        await press('New trigger token', 'Where the token will be kept')(page)
        await page.getByLabel('Name').fill('Jenkins')
        await page.getByRole('button', { name: 'Make token' }).click()
        await text('Copy your trigger token')(page)
      },
    },
    {
      name: 'activity',
      path: `${app}/activity`,
      as: 'owner',
      ready: async (page) => {
        await page.getByRole('button', { name: 'Verify chain' }).click()
        await text('The log is intact')(page)
        await page.getByRole('list', { name: 'Events' }).locator('summary').first().click()
      },
    },
    { name: 'build-ended', path: `/build/${seeded.endedBuild.build.id}`, as: 'owner', ready: text('auto-provision') },
    { name: 'build-running', path: `/build/${seeded.runningBuild.build.id}`, as: 'owner', ready: text('nightly') },
    {
      name: 'build-fork',
      path: `/build/${seeded.forkBuild.build.id}`,
      as: 'developer',
      ready: text('runs code of a fork'),
    },
    { name: 'profile', path: '/account/profile', as: 'owner', ready: heading('Password') },
    {
      name: 'profile-menu',
      path: '/account/profile',
      as: 'owner',
      ready: async (page) => {
        await page.getByRole('button', { name: /^Profile menu/ }).click()
        await page.getByRole('menuitem', { name: 'Sign out' }).waitFor()
      },
    },
    {
      name: 'connections',
      path: '/account/apple-developer-account',
      as: 'owner',
      ready: text('Orchard Ltd, release key'),
    },
    {
      name: 'connections-menu',
      path: '/account/apple-developer-account',
      as: 'owner',
      ready: async (page) => {
        await page.getByRole('button', { name: 'Actions for Orchard Ltd, release key' }).click()
        await page.getByRole('menuitem', { name: 'Test now' }).waitFor()
      },
    },
    {
      name: 'connections-remove',
      path: '/account/apple-developer-account',
      as: 'owner',
      ready: async (page) => {
        await page.getByRole('button', { name: 'Actions for Orchard Ltd, release key' }).click()
        await page.getByRole('menuitem', { name: 'Remove…' }).click()
        await text('These apps use it')(page)
      },
    },
    {
      name: 'add-account',
      path: '/account/apple-developer-account',
      as: 'owner',
      ready: press('Add an account', 'How should Cordon reach Apple?'),
    },
    ...appleIdScreens(seeded),
    { name: 'add-account-form', path: '/account/apple-developer-account', as: 'owner', ready: openForm },
    {
      name: 'add-account-rejected',
      path: '/account/apple-developer-account',
      as: 'owner',
      ready: submitted(fillWrongKey, async (page) => page.getByRole('button', { name: 'Store untested' }).waitFor()),
    },
    {
      name: 'add-account-no-key',
      path: '/account/apple-developer-account',
      as: 'owner',
      ready: submitted(fillNoKey, text('The file is not a key at all.')),
    },
    { name: 'my-test-devices', path: '/account/test-devices', as: 'owner', ready: text('Test iPad') },
    {
      name: 'my-test-devices-add',
      path: '/account/test-devices',
      as: 'owner',
      ready: async (page) => {
        await press('Add device', 'Identifier (UDID)')(page)
        await page.getByRole('dialog').getByRole('button', { name: 'Add device' }).click()
        await text('Must not be empty')(page)
      },
    },
    { name: 'sessions', path: '/account/sessions', as: 'owner', ready: text('This one') },
    { name: 'personal-tokens', path: '/account/personal-tokens', as: 'owner', ready: text('laptop') },
    {
      name: 'personal-tokens-empty',
      path: '/account/personal-tokens',
      as: 'developer',
      ready: text('No personal tokens'),
    },
    {
      name: 'notices',
      path: '/apps',
      as: 'admin',
      ready: async (page) => {
        await page.getByRole('button', { name: /^Notices/ }).click()
        await page.getByRole('heading', { name: 'Notices' }).waitFor()
      },
    },
    {
      name: 'notices-of-sessions',
      path: '/apps',
      as: 'caretaker',
      ready: async (page) => {
        await page.getByRole('button', { name: /^Notices/ }).click()
        await text(/Builds get no session/)(page)
      },
    },
    {
      name: 'people',
      path: '/administration/people',
      as: 'owner',
      ready: async (page) => {
        await text('robin@orchard.example')(page)
        await text('Kim, QA')(page)
      },
    },
    {
      name: 'audit',
      path: '/administration/audit',
      as: 'owner',
      ready: (page) => page.getByRole('list', { name: 'Events' }).waitFor(),
    },
  ]
}

const ACCOUNT = '/account/apple-developer-account'

/**
 * What is seen of Apple IDs: forms, the code, the link for somebody else, and connections in every state. Dialogs are opened
 * by somebody without connections: axe looks at what lies behind them, too.
 */
function appleIdScreens({ owner, newcomer, appleId, refusedId }: Seeded): readonly Screen[] {
  const again = `${ACCOUNT}?signIn=${appleId.connectionId}`
  const toCode = async (page: Page) => {
    const { id } = await startSignIn(newcomer, appleId.toConnect(), 'Orchard, release account')
    await page.goto(`${ACCOUNT}?underway=${id}`)
    await page.getByText('3 tries left').waitFor()
    return id
  }
  return [
    { name: 'apple-ids', path: ACCOUNT, as: 'caretaker', ready: text('Password refused') },
    { name: 'apple-id-form', path: ACCOUNT, as: 'newcomer', ready: openAppleIdForm },
    {
      name: 'apple-id-refused',
      path: ACCOUNT,
      as: 'newcomer',
      ready: async (page) => {
        await openAppleIdForm(page)
        await page.getByLabel('Name', { exact: true }).fill('Nobody')
        await page.getByRole('textbox', { name: 'Apple ID', exact: true }).fill('nobody@orchard.example')
        await page.getByLabel('Password', { exact: true }).fill('Wrong-Horse-3')
        await page.getByRole('button', { name: 'Store credentials' }).click()
        await page.getByRole('alert').waitFor()
      },
    },
    { name: 'code', path: ACCOUNT, as: 'newcomer', ready: toCode },
    {
      name: 'code-wrong',
      path: ACCOUNT,
      as: 'newcomer',
      ready: async (page) => {
        await toCode(page)
        await page.getByRole('button', { name: 'Let somebody else type the code' }).click()
        await text('nobody has opened it yet')(page)
        await page.getByRole('textbox', { name: /^Code of/ }).fill('000000')
        await page.getByRole('button', { name: 'Verify' }).click()
        await text('2 tries left')(page)
      },
    },
    {
      name: 'code-closed',
      path: ACCOUNT,
      as: 'newcomer',
      ready: async (page) => {
        await toCode(page)
        await page.keyboard.press('Escape')
        await text('waits for its code')(page)
      },
    },
    {
      name: 'code-ended',
      path: ACCOUNT,
      as: 'newcomer',
      ready: async (page) => {
        const signInId = await toCode(page)
        await newcomer.client.call(appleSignInRoutes.cancel, { params: { signInId } })
        await page.reload()
        await text('Not signed in')(page)
      },
    },
    { name: 'sign-in-again', path: again, as: 'owner', ready: text('Cordon signs in with the stored password') },
    {
      name: 'signed-in-again',
      path: again,
      as: 'owner',
      ready: async (page) => {
        await page.getByRole('button', { name: 'Sign in', exact: true }).click()
        await text('is connected')(page)
        await page.getByRole('dialog').getByText('The app that uses it').waitFor()
      },
    },
    {
      name: 'sign-in-again-password',
      path: `${ACCOUNT}?signIn=${refusedId}`,
      as: 'caretaker',
      ready: text('Password of the Apple ID'),
    },
    {
      name: 'app-specific-password',
      path: ACCOUNT,
      as: 'owner',
      ready: async (page) => {
        await page.getByRole('button', { name: 'Actions for Orchard, CI account' }).click()
        await page.getByRole('menuitem', { name: 'App-specific password…' }).click()
        await text('Four groups of four letters')(page)
      },
    },
    { name: 'hand-off-without-token', path: '/apple-sign-in-hand-off', as: 'developer', ready: text('Open the link') },
    {
      name: 'hand-off-invalid',
      path: '/apple-sign-in-hand-off#token=cdn_hnd_example',
      as: 'developer',
      ready: text('This link does not work any more'),
    },
    {
      name: 'hand-off',
      path: '/apps',
      as: 'developer',
      ready: async (page) => {
        const signIn = await startSignIn(owner, appleId.toConnect(), 'Orchard, release account')
        const { link } = await owner.client.call(appleSignInRoutes.handOff, { params: { signInId: signIn.id } })
        await page.goto(link)
        await text('signs in to the Apple ID')(page)
      },
    },
  ]
}

async function openAppleIdForm(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Add an account' }).click()
  await page.getByRole('button', { name: /^Apple ID/ }).click()
  await page.getByText('Still missing').waitFor()
}

function press(button: string, then: string) {
  return async (page: Page) => {
    await page.getByRole('button', { name: button, exact: true }).first().click()
    await text(then)(page)
  }
}

async function openChoice(page: Page): Promise<void> {
  await page.getByRole('combobox', { name: /App Store Connect API/ }).click()
  await page.getByRole('option', { name: /Robin/ }).hover()
}

/** Opens *Add an account* › *App Store Connect API key*. */
export async function openForm(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Add an account' }).click()
  await page.getByRole('button', { name: /App Store Connect API key/ }).click()
  await page.getByText('Still missing').waitFor()
}

/** The form of a key as it is after its answer. */
function submitted(fill: Screen['ready'], answered: Screen['ready']): Screen['ready'] {
  return async (page) => {
    await openForm(page)
    await fill(page)
    await page.getByRole('button', { name: 'Connect', exact: true }).click()
    await answered(page)
  }
}

function fillNoKey(page: Page): Promise<void> {
  return fillKey(page, 'AuthKey_2X9R4HXF34.p8', 'no key')
}

async function fillWrongKey(page: Page): Promise<void> {
  const { privateKey } = await import('node:crypto').then(({ generateKeyPairSync }) =>
    generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  )
  await fillKey(page, 'AuthKey_WRONG12345.p8', privateKey.export({ type: 'pkcs8', format: 'pem' }).toString())
}

// One file in each form: of two that follow each other nothing on the page tells which has been read.
async function fillKey(page: Page, fileName: string, text: string): Promise<void> {
  await page.getByLabel('Name', { exact: true }).fill('Somebody else’s')
  await page.getByLabel('Issuer ID').fill('57246542-96fe-1a63-e053-0824d011072a')
  await page
    .getByLabel('Private key (.p8)')
    .setInputFiles({ name: fileName, mimeType: 'application/octet-stream', buffer: Buffer.from(text) })
}
