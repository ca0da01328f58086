import type { World } from '../../world/world.ts'
import { codeDigits } from '../accounts/codes.ts'
import type { Account, SignInAttempt, TrustedPhone } from '../state.ts'

const BULLET = '\u2022'

/** A phone as Apple shows it: all digits but the country's code and the last two are hidden. */
export function shownPhone({ id, number, pushMode }: TrustedPhone): Record<string, unknown> {
  const [, dialCode = '', rest = ''] = /^(\+\d+)\s+(.*)$/.exec(number) ?? ['', '', number]
  const lastTwoDigits = rest.replace(/\D/g, '').slice(-2)
  let hidden = rest.replace(/\D/g, '').length - 2
  const obfuscatedNumber = rest.replace(/\d/g, (digit) => {
    hidden -= 1
    return hidden >= 0 ? BULLET : digit
  })
  return {
    id,
    numberWithDialCode: `${dialCode} ${obfuscatedNumber}`.trim(),
    obfuscatedNumber,
    pushMode,
    lastTwoDigits,
    nonFTEU: false,
  }
}

/** Whether codes are not checked for now. */
export function areCodesLocked(world: World, account: Account): boolean {
  return account.codesLockedUntil !== null && account.codesLockedUntil > world.clock.now()
}

/** `securityCode`: how long codes are, and what is not allowed any more. */
export function securityCodeState(world: World, account: Account, attempt: SignInAttempt): Record<string, unknown> {
  return {
    length: codeDigits(account),
    tooManyCodesSent: attempt.codesSent > world.settings.codesPerSignIn,
    tooManyCodesValidated: attempt.wrongCodes >= world.settings.wrongCodesUntilLock,
    securityCodeLocked: areCodesLocked(world, account),
    securityCodeCooldown: false,
  }
}

/** What Apple tells about an account's second factor with codes. `extra` is what only this answer has. */
export function verificationOf(
  world: World,
  account: Account,
  attempt: SignInAttempt,
  extra: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> {
  const trustedPhoneNumbers = account.phones.map(shownPhone)
  const [trustedPhoneNumber] = trustedPhoneNumbers
  return {
    trustedPhoneNumbers,
    ...(trustedPhoneNumber === undefined ? {} : { trustedPhoneNumber }),
    securityCode: securityCodeState(world, account, attempt),
    type: 'verification',
    authenticationType: 'hsa2',
    ...(account.devices.length === 0 ? { noTrustedDevices: true } : {}),
    recoveryUrl: 'https://iforgot.apple.com/phone/add?prs_account_nm=&autoSubmitAccount=true&appId=142',
    recoveryWebUrl: 'https://iforgot.apple.com/password/verify/appleid?prs_account_nm=&appId=142',
    cantUsePhoneNumberUrl: 'https://iforgot.apple.com/iforgot/phone/add?context=cantuse&prs_account_nm=&appId=142',
    repairPhoneNumberUrl: 'https://gsa.apple.com/appleid/account/manage/repair/verify/phone',
    repairPhoneNumberWebUrl: 'https://appleid.apple.com/widget/account/repair?#!repair',
    aboutTwoFactorAuthenticationUrl: 'https://support.apple.com/kb/HT204921',
    twoFactorVerificationSupportUrl: 'https://support.apple.com/HT208072',
    hsa2Account: true,
    restrictedAccount: false,
    managedAccount: false,
    supportsRecovery: true,
    hasRecoveryKey: false,
    supportsRecoveryKey: false,
    supportsCustodianRecovery: false,
    hideSendSMSCodeOption: false,
    supervisedChangePasswordFlow: false,
    autoVerified: false,
    showAutoVerificationUI: false,
    ...extra,
  }
}

/** What Apple tells about an account with two-step verification: where a four-digit code can be sent. */
export function twoStepVerificationOf(account: Account): Record<string, unknown> {
  const devices = account.devices.map(({ id, name, modelName }) => ({ id, type: 'fmip', name, modelName }))
  const phones = account.phones.map((phone) => ({
    id: String(phone.id),
    type: 'sms',
    name: `Phone number ending in ${shownPhone(phone).lastTwoDigits}`,
  }))
  return {
    trustedDevices: [...devices, ...phones],
    securityCode: { length: codeDigits(account), tooManyCodesSent: false, tooManyCodesLock: false },
    authenticationType: 'hsa',
    authType: 'hsa',
    recoveryKeySupported: true,
  }
}
