import { type Secret, secret } from '@cordon/core/secret'
import { z } from 'zod'

/** What is kept of an Apple ID beside its session. */
export interface AppleIdSecret {
  /** Lower case. */
  readonly accountName: string
  readonly password: Secret<string>
  readonly appSpecificPassword: Secret<string> | undefined
}

const stored = z.object({
  accountName: z.string(),
  password: z.string(),
  appSpecificPassword: z.string().optional(),
})

/** The text that the vault keeps. */
export function encodeAppleId({ accountName, password, appSpecificPassword }: AppleIdSecret): Secret<string> {
  return password.map((plain) =>
    JSON.stringify({ accountName, password: plain, appSpecificPassword: appSpecificPassword?.reveal() }),
  )
}

/** Reads what `encodeAppleId` gave. */
export function decodeAppleId(text: Secret<string>): AppleIdSecret {
  const { accountName, password, appSpecificPassword } = stored.parse(JSON.parse(text.reveal()))
  return {
    accountName,
    password: secret(password),
    appSpecificPassword: appSpecificPassword === undefined ? undefined : secret(appSpecificPassword),
  }
}
