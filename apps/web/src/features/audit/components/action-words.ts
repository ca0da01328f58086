import type { StepAction } from '@cordon/api/builds/step-actions'

/** What steps do at Apple, in words. */
const STEP_WORDS: Readonly<Record<StepAction, string>> = {
  'register-device': 'Test device registered',
  'create-bundle-id': 'App ID created',
  'enable-capability': 'Capability switched on',
  'change-capability': 'Capability changed',
  'create-identifier': 'Identifier registered',
  'attach-identifiers': 'Identifiers attached',
  'create-certificate': 'Certificate made',
  'create-profile': 'Profile made',
  'delete-profile': 'Profile deleted',
  'use-profile': 'Profile used as it is',
  'begin-upload': 'Upload begun',
  'upload-build': 'Build uploaded',
  testflight: 'TestFlight',
  'write-store-page': 'Store page written',
  'leave-store-page': 'Store page left alone',
  'keep-store-page': 'Store page left as it is',
  'take-out-of-draft': 'Taken out of a draft submission',
  'attach-build': 'Build attached',
  'put-into-draft': 'Put into a draft submission',
  'submit-for-review': 'Handed to review',
  'keep-submission': 'In review already',
  'cancel-review': 'Taken back from review',
  'release-version': 'Version released',
  'pause-phased-release': 'Phased release paused',
  'resume-phased-release': 'Phased release resumed',
  'complete-phased-release': 'Released to everybody',
}

const WORDS: ReadonlyMap<string, string> = new Map(Object.entries(STEP_WORDS))

/** A name of an action, such as `connection.key_replaced`, as words: `Connection: key replaced`. */
export function actionWords(action: string): string {
  const known = WORDS.get(action)
  if (known !== undefined) return known
  const [subject = '', ...rest] = action.replace(/[_-]/g, ' ').split('.')
  const words = [subject, ...rest].join(': ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}
