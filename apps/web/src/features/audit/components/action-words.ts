/** What steps do at Apple, in words. */
const STEP_ACTIONS: Readonly<Record<string, string>> = {
  'register-device': 'Test device registered',
  'create-bundle-id': 'App ID created',
  'enable-capability': 'Capability switched on',
  'change-capability': 'Capability changed',
  'create-certificate': 'Certificate made',
  'create-profile': 'Profile made',
  'delete-profile': 'Profile deleted',
  'use-profile': 'Profile used as it is',
  'upload-build': 'Build uploaded',
  testflight: 'TestFlight',
  'write-store-page': 'Store page written',
  'leave-store-page': 'Store page left alone',
  'keep-store-page': 'Store page left as it is',
  'submit-for-review': 'Handed to review',
}

/** A name of an action, such as `connection.key_replaced`, as words: `Connection: key replaced`. */
export function actionWords(action: string): string {
  const known = STEP_ACTIONS[action]
  if (known !== undefined) return known
  const [subject = '', ...rest] = action.replace(/[_-]/g, ' ').split('.')
  const words = [subject, ...rest].join(': ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}
