import { appleSignInRoutes } from '@cordon/api/apple-sign-ins/routes'
import type { AppleSignIn, CodeQuestion, CodeWay } from '@cordon/api/apple-sign-ins/schema'
import type { Client } from '@cordon/api/client'
import { isCordonError } from '@cordon/core/errors'
import { type Context, note } from '../context.ts'
import { renderError } from '../error-text.ts'
import { cliErrors } from '../errors.ts'
import { type CodeReply, describeWay, readReply, waysOf, wordFor } from './code-reply.ts'

const SECOND_MS = 1_000

/** One conversation about codes. */
interface Dialog {
  readonly context: Context
  readonly client: Client
  readonly params: { readonly signInId: AppleSignIn['id'] }
}

/**
 * Asks the person at the terminal for codes until Apple takes one or the sign-in is over. What can be mended is told and asked again;
 * anything else ends the sign-in, so that the server forgets the password, and is thrown.
 */
export async function answerAtTerminal(context: Context, client: Client, started: AppleSignIn): Promise<AppleSignIn> {
  const dialog: Dialog = { context, client, params: { signInId: started.id } }
  try {
    return await converse(dialog, started)
  } catch (error) {
    await client.call(appleSignInRoutes.cancel, { params: dialog.params }).catch(() => {})
    throw error
  }
}

async function converse(dialog: Dialog, started: AppleSignIn): Promise<AppleSignIn> {
  if (started.state.kind === 'awaiting_code' && !dialog.context.terminal.canAskCode) throw cliErrors.nobody_to_ask()
  let current = started
  /** How the newest code came, as far as it was told. */
  let told: CodeWay | undefined
  let isFirst = true
  while (current.state.kind === 'awaiting_code') {
    const { question } = current.state
    const way = question.sent ?? told
    if (way !== undefined && !isSame(way, told)) tellWay(dialog, question, way)
    const reply =
      way === undefined ? await chooseWay(dialog, question, isFirst) : await askForCode(dialog, question, way)
    // Also a second code by the same way is told.
    told = reply.kind === 'send' ? undefined : way
    isFirst = false
    current = await act(dialog, current, reply, way)
  }
  return current
}

function isSame(way: CodeWay, other: CodeWay | undefined): boolean {
  return JSON.stringify(way) === JSON.stringify(other)
}

async function act(
  dialog: Dialog,
  current: AppleSignIn,
  reply: CodeReply,
  way: CodeWay | undefined,
): Promise<AppleSignIn> {
  switch (reply.kind) {
    case 'cancel':
      throw cliErrors.sign_in_given_up()
    case 'unclear':
      note(dialog.context, `${reply.why}\n`)
      return current
    case 'send':
      return attempt(dialog, () => send(dialog, reply.way))
    case 'code':
      return way === undefined ? current : attempt(dialog, () => giveCode(dialog, { way, code: reply.code }))
  }
}

function send({ client, params }: Dialog, way: CodeWay): Promise<AppleSignIn> {
  return client.call(appleSignInRoutes.sendCode, { params, body: { way } })
}

function giveCode({ client, params }: Dialog, body: { way: CodeWay; code: string }): Promise<AppleSignIn> {
  return client.call(appleSignInRoutes.code, { params, body })
}

/** A refusal is told, and what became of the sign-in is read: it may go on. */
async function attempt({ context, client, params }: Dialog, act: () => Promise<AppleSignIn>): Promise<AppleSignIn> {
  try {
    return await act()
  } catch (error) {
    if (!isCordonError(error)) throw error
    const now = await client.call(appleSignInRoutes.read, { params }).catch(() => undefined)
    if (now === undefined) throw error
    if (now.state.kind === 'awaiting_code') note(context, renderError(error))
    return now
  }
}

/** The only number is taken without asking, once: when Apple cannot send there, the person decides what comes next. */
async function chooseWay({ context }: Dialog, question: CodeQuestion, isFirst: boolean) {
  const ways = waysOf(question)
  const [first] = ways
  const isPlain = ways.length === 1 || (!question.hasTrustedDevice && question.phones.length === 1)
  if (isFirst && first !== undefined && isPlain) return { kind: 'send', way: first } as const
  note(context, `How shall Apple send the code?\n${menu(question)}`)
  const [best] = ways
  const suggestion = best === undefined ? '' : ` [${wordFor(best, question)}]`
  const answer = await context.terminal.askCode(() => `way${suggestion}: `)
  return readReply(answer.trim() === '' ? 'resend' : answer, question, best)
}

function tellWay({ context }: Dialog, question: CodeQuestion, way: CodeWay): void {
  note(context, `Apple sent a code to ${describeWay(way, question)}. Type it, or one of these words:\n`)
  note(context, `  ${'resend'.padEnd(10)}another code the same way\n${menu(question)}`)
}

async function askForCode({ context }: Dialog, question: CodeQuestion, way: CodeWay) {
  const answer = await context.terminal.askCode(() => promptFor(question, Date.now()))
  return readReply(answer, question, way)
}

function menu(question: CodeQuestion): string {
  const lines = waysOf(question).map((way) => `  ${wordFor(way, question).padEnd(10)}${describeWay(way, question)}\n`)
  return `${lines.join('')}  ${'cancel'.padEnd(10)}give up; nothing is stored\n`
}

/** The line before the cursor: length of the code, tries left, and the time until another code may be asked for. */
export function promptFor({ codeLength, triesLeft, codesLeft, resendAt }: CodeQuestion, nowMs: number): string {
  const tries = triesLeft === 1 ? '1 try left' : `${triesLeft} tries left`
  const waitSeconds = resendAt === null ? 0 : Math.ceil((Date.parse(resendAt) - nowMs) / SECOND_MS)
  const again =
    codesLeft === 0 ? 'no further code' : waitSeconds > 0 ? `another code in ${waitSeconds} s` : 'another code: resend'
  return `code, ${codeLength} digits (${tries}; ${again}): `
}
