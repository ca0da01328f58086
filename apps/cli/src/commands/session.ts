import { isTrustCookie } from '@cordon/apple/apple-id/cookies'
import { fastlaneSession, fastlaneYaml } from '@cordon/apple/apple-id/export'
import type { WireCookie } from '@cordon/apple/apple-id/model'
import { toIso } from '@cordon/core/instant'
import { secret } from '@cordon/core/secret'
import { fetchPortalData } from '@cordon/steps/build-connection/fetch-portal-data'
import type { ConnectionAppleId, PortalData } from '@cordon/steps/build-connection/portal-data'
import { messageOfOver, requireSession } from '@cordon/steps/build-connection/session-state'
import { stepErrors } from '@cordon/steps/errors'
import { type Command, Option } from 'commander'
import { type Context, note, show } from '../context.ts'
import { cliErrors } from '../errors.ts'
import { toShellExports } from '../export-environment.ts'
import { localMoment } from '../local-time.ts'
import { topLevel } from '../overview.ts'
import { stepContext } from '../step-context.ts'
import { workflowCommand } from '../step-program/commands.ts'

type GetContext = (command: Command) => Context

const VARIABLE = 'FASTLANE_SESSION'

/** How the session is printed. */
const FORMATS = {
  env: (cookies) => `${VARIABLE}=${fastlaneSession(cookies)}\n`,
  yaml: (cookies) => fastlaneYaml(cookies),
  export: (cookies) => toShellExports({ [VARIABLE]: fastlaneSession(cookies) }),
} as const satisfies Record<string, (cookies: readonly WireCookie[]) => string>
type Format = keyof typeof FORMATS

export function addSessionCommands(program: Command, getContext: GetContext): void {
  topLevel(program, 'session')
    .command('export')
    .description(`print the session as fastlane takes it in ${VARIABLE}; the server keeps the release in its audit log`)
    .addOption(
      new Option('--format <format>', 'env: NAME=value; yaml: the document; export: a line for a shell to evaluate')
        .choices(Object.keys(FORMATS))
        .default('env'),
    )
    .action((options: { format: Format }, command: Command) => exportSession(getContext(command), options.format))
}

/** The value opens the account at Apple: it goes to standard output and nowhere else. */
async function exportSession(context: Context, format: Format): Promise<void> {
  const step = stepContext(context)
  const data = await fetchPortalData({ ...buildOf(context), only: 'apple_id' }, step)
  const { accountName, expiresAt, cookies } = requireSession(data, appleIdOf(data), step)
  const until = expiresAt === undefined ? null : toIso(expiresAt)
  const list = cookies.reveal()
  const text = FORMATS[format](list)
  if (text === '')
    throw cliErrors.session_missing({ reason: 'no_cookies' }, { detail: 'it holds no cookie that fastlane takes' })
  if (until !== null && !list.some(isTrustCookie))
    note(context, 'it holds no trust cookie: a new sign-in would ask for a code\n')
  note(
    context,
    `session of ${accountName}${until === null ? '' : `, until ${localMoment(until)}`}; set FASTLANE_USER to that e-mail\n`,
  )
  maskInLog(context, [fastlaneSession(list), ...list.map(({ value }) => value)])
  show(context, { accountName, until, [VARIABLE]: fastlaneSession(list) }, text)
}

/** GitHub shows the environment of each step in its log; its runner takes these lines out and hides the values from then on. */
function maskInLog({ environment, terminal }: Context, secrets: readonly string[]): void {
  if (environment.variables.GITHUB_ACTIONS !== 'true') return
  for (const secret of secrets) terminal.err(workflowCommand('add-mask', secret))
}

function buildOf({ environment }: Context) {
  const { BITRISE_BUILD_URL: buildUrl, BITRISE_BUILD_API_TOKEN: token } = environment.variables
  if (!buildUrl || !token || !URL.canParse(buildUrl)) throw cliErrors.no_build()
  return { buildUrl, buildToken: secret(token) }
}

function appleIdOf({ appleId, note, key }: PortalData): ConnectionAppleId {
  if (appleId !== undefined) return appleId
  if (note?.reason === 'broker_mode') throw cliErrors.session_withheld({}, { detail: note.message })
  const over = messageOfOver(note)
  if (over !== undefined) throw stepErrors.session_expired({ accountName: '', since: null }, { detail: over })
  if (note?.reason === 'apple_unreachable')
    throw cliErrors.session_not_asked({ reason: note.reason }, { detail: note.message })
  if (note !== undefined) throw cliErrors.session_missing({ reason: note.reason }, { detail: note.message })
  const detail = key === undefined ? 'nothing is authorised' : 'the app uses an API key only'
  throw cliErrors.session_missing({ reason: 'nothing_authorised' }, { detail })
}
