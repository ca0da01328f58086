import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { verifyCode } from '@cordon/apple/apple-id/code'
import { type AppleOrigins, createAppleIdContext } from '@cordon/apple/apple-id/context'
import { wireCookies } from '@cordon/apple/apple-id/export'
import type { AppleIdSession } from '@cordon/apple/apple-id/model'
import { startSignIn } from '@cordon/apple/apple-id/sign-in'
import { DAY_MS, plusMs, toIso } from '@cordon/core/instant'
import { type Secret, secret } from '@cordon/core/secret'
import type { Simulator } from '@cordon/simulator/simulator'
import { secretCookieValues } from '@cordon/testkit/secret-cookies'
import type { StepContext } from '../src/step.ts'
import { type Bench, openBench } from './harness.ts'

export const EMAIL = 'ci@acme.example'
export const PASSWORD = 'marker-apple-password'

/** A bench whose build server gives the session of an Apple ID that has signed in with a second factor. */
export interface AppleIdBench extends Bench {
  readonly context: StepContext
  /** Inputs of the build server. */
  readonly build: { readonly build_url: string; readonly build_api_token: string }
  /** Values of the session's secret cookies: none of them may be seen. */
  readonly cookieValues: readonly string[]
  /** Changes what the build server answers. */
  answer(change: Readonly<Record<string, unknown>>): void
}

export async function openAppleIdBench(): Promise<AppleIdBench> {
  const bench = await openBench()
  bench.simulator.createAccount({ email: EMAIL, password: PASSWORD })
  const origins = originsOf(bench.simulator)
  const session = await signIn(bench, origins)
  const stored = join(bench.folder, 'portal-data.json')
  const answer = (change: Readonly<Record<string, unknown>>) =>
    writeFileSync(stored, JSON.stringify({ ...answerWith(bench, session), ...change }), { mode: 0o600 })
  answer({})
  bench.simulator.world.journal.reset()
  return {
    ...bench,
    context: { ...bench.context, appleIdOrigins: origins },
    build: { build_url: `file://${stored}`, build_api_token: 'token' },
    cookieValues: secretCookieValues(session.reveal().cookies),
    answer,
  }
}

function originsOf({ url }: Simulator): AppleOrigins {
  return {
    idmsa: `${url}/idmsa`,
    appStoreConnect: `${url}/appstoreconnect`,
    developer: `${url}/developer`,
    developerFallback: `${url}/developer-mdn`,
  }
}

async function signIn({ context, simulator }: Bench, origins: AppleOrigins): Promise<Secret<AppleIdSession>> {
  const { fetch, clock, sleep } = context
  const apple = createAppleIdContext({ fetch, clock, sleep, origins, minimumDistanceMs: 0 })
  const asked = await startSignIn(apple, { accountName: EMAIL, password: secret(PASSWORD) })
  if (asked.outcome !== 'second-factor') throw new Error(asked.outcome)
  const code = secret(simulator.codeOf(EMAIL, 'device') ?? '')
  const done = await verifyCode(apple, asked.attempt, { code, way: { kind: 'trusted-device' } })
  if (done.outcome !== 'signed-in') throw new Error(done.outcome)
  return done.session
}

function answerWith({ context: { clock } }: Bench, session: Secret<AppleIdSession>) {
  return {
    apple_id: EMAIL,
    password: PASSWORD,
    connection_expiry_date: toIso(plusMs(clock.now(), 30 * DAY_MS)),
    session_cookies: wireCookies(session, clock.now()).reveal(),
    test_devices: [{ device_identifier: '00008101-000A1B2C3D4E0FFF', title: 'QA phone' }],
  }
}
