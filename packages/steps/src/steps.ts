import { autoProvisionStep } from './auto-provision/step.ts'
import { autoProvisionAppleIdStep } from './auto-provision-apple-id/step.ts'
import { deployStep } from './deploy/step.ts'
import { fastlaneStep } from './fastlane/step.ts'
import { resignStep } from './resign/step.ts'
import type { InputDeclaration, OutputDeclaration } from './step.ts'

/** What may be known of any step. */
export interface StepListing {
  readonly id: string
  readonly title: string
  readonly summary: string
  readonly inputs: readonly InputDeclaration[]
  readonly outputs: readonly OutputDeclaration[]
}

/** Every step, one line each. */
export const STEPS: readonly StepListing[] = [
  autoProvisionStep,
  autoProvisionAppleIdStep,
  deployStep,
  fastlaneStep,
  resignStep,
]
