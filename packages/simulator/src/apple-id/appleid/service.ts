import type { Answer, Incoming, Service } from '../../http/service.ts'
import type { World } from '../../world/world.ts'
import { changeAttempt, newScnt, newToken } from '../attempts/attempts.ts'
import { serviceErrors } from '../idmsa/errors.ts'
import type { Account, SignInAttempt } from '../state.ts'
import { headerOf } from '../web/body.ts'
import { htmlAnswer } from '../web/html.ts'
import { createWebService, type WebCall, type WebRoute } from '../web/service.ts'

/** The sign-in that a repair belongs to, by its session and a token that was given out for it. */
function repairOf(world: World, request: Incoming): { account: Account; attempt: SignInAttempt } | undefined {
  const attempt = world.appleIds.attempts.get(headerOf(request, 'x-apple-id-session-id'))
  const account = attempt === undefined ? undefined : world.appleIds.accounts.get(attempt.account)
  if (attempt === undefined || account === undefined || attempt.endsAt <= world.clock.now()) return undefined
  const isNamed = attempt.tokens.includes(headerOf(request, 'x-apple-session-token'))
  return isNamed && headerOf(request, 'scnt') !== '' ? { account, attempt } : undefined
}

function nextHeaders(world: World, attempt: SignInAttempt): Record<string, string> {
  return { scnt: newScnt(world), 'X-Apple-Session-Token': newToken(world, attempt.id) }
}

/** The page that a 412 leads to. */
function readRepairPage({ world }: WebCall): Answer {
  const page = htmlAnswer(200, 'Apple Account', '<p>Something has to be done before you can go on.</p>')
  return { ...page, headers: { ...page.headers, scnt: newScnt(world) } }
}

/** What the person is asked to do. */
function readRepairOptions({ world, request, caller }: WebCall): Answer {
  const found = repairOf(world, request)
  if (found === undefined) return { status: 401 }
  caller.account = found.account.email
  const items = { none: [], later: ['hsa2_enrollment'], privacy: ['privacy_consent'], password: ['weak_password'] }
  const body = { requiredItems: items[found.account.switches.repair] }
  return { status: 200, headers: nextHeaders(world, found.attempt), body }
}

/** Puts off the upgrade to two-factor authentication; nothing else can be put off. */
function putOffUpgrade({ world, request, caller }: WebCall): Answer {
  const found = repairOf(world, request)
  if (found === undefined) return { status: 401 }
  caller.account = found.account.email
  if (found.account.switches.repair !== 'later') return { status: 403 }
  changeAttempt(world, found.attempt, { repair: 'put-off' })
  return { status: 204, headers: nextHeaders(world, found.attempt) }
}

const GET = ['GET']
const ROUTES: readonly WebRoute[] = [
  {
    operation: 'appleid_readRepairPage',
    methods: GET,
    path: '/widget/account/repair',
    answer: readRepairPage,
  },
  {
    operation: 'appleid_readRepairOptions',
    methods: GET,
    path: '/account/manage/repair/options',
    answer: readRepairOptions,
  },
  {
    operation: 'appleid_putOffUpgrade',
    methods: GET,
    path: '/account/security/upgrade/setuplater',
    answer: putOffUpgrade,
  },
]

/** `appleid.apple.com`: what an account has to have repaired before it can sign in. */
export function createAppleIdSite(): Service {
  return createWebService({
    name: 'appleid',
    prefix: '/appleid',
    routes: ROUTES,
    notFound: htmlAnswer(404, '404 Not Found'),
    faultBody: (_status, code, detail) =>
      serviceErrors({ code: code ?? '-1018', message: detail ?? 'An error has occurred. Try again later.' }),
  })
}
