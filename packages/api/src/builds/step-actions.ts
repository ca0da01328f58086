/**
 * What Cordon's own steps and commands say that they did at Apple, by the name that the audit log keeps. Names are never changed. The
 * protocol takes any other name too: whoever reports need not be a step of Cordon.
 */
export const STEP_ACTIONS = [
  'register-device',
  'create-bundle-id',
  'enable-capability',
  'change-capability',
  'create-identifier',
  'attach-identifiers',
  'create-certificate',
  'create-profile',
  'delete-profile',
  'use-profile',
  'begin-upload',
  'upload-build',
  'testflight',
  'write-store-page',
  'leave-store-page',
  'keep-store-page',
  'take-out-of-draft',
  'attach-build',
  'put-into-draft',
  'submit-for-review',
  'keep-submission',
  'cancel-review',
  'release-version',
  'pause-phased-release',
  'resume-phased-release',
  'complete-phased-release',
] as const

/** Name of one of them. */
export type StepAction = (typeof STEP_ACTIONS)[number]
