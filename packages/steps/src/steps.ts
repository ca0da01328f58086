import { autoProvisionStep } from './auto-provision/step.ts'
import { autoProvisionAppleIdStep } from './auto-provision-apple-id/step.ts'
import { deployStep } from './deploy/step.ts'
import { fastlaneStep } from './fastlane/step.ts'
import { resignStep } from './resign/step.ts'
import type { StepDeclaration } from './step.ts'

/** Every step, one line each. */
export const STEPS: readonly StepDeclaration[] = [
  autoProvisionStep,
  autoProvisionAppleIdStep,
  deployStep,
  fastlaneStep,
  resignStep,
]
