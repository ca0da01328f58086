import { newDigits } from '../../world/random.ts'
import type { World } from '../../world/world.ts'
import type { Account, SentCode } from '../state.ts'
import { changeAccount } from './create.ts'

/** Digits of a code, per second factor. */
const CODE_DIGITS = { 'two-factor': 6, 'two-step': 4, none: 6, 'security-key': 6 } as const

/** How many digits the account's codes have. */
export function codeDigits(account: Account): number {
  return CODE_DIGITS[account.secondFactor]
}

/** Sends a code: it is kept with the account, where tests and the page read it. */
export function sendCode(world: World, account: Account, to: SentCode['to']): SentCode {
  const code = account.switches.fixedCode ?? newDigits(world.random, codeDigits(account))
  const sent: SentCode = { to, code, at: world.clock.now() }
  changeAccount(world, account, { sentCodes: [...account.sentCodes.filter((one) => one.to !== to), sent] })
  return sent
}

/** The last code that was sent to the account, or to one of its places. */
export function lastCode(account: Account, to?: SentCode['to']): SentCode | undefined {
  return account.sentCodes.filter((sent) => to === undefined || sent.to === to).at(-1)
}
