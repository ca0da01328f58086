import type { StepDeclaration } from '../step.ts'
import { STEPS } from '../steps.ts'

/** Everything that is known of a step. */
export type LibraryStep = StepDeclaration

/** A name that stands for more than one step, and how to choose. */
export interface StepGuide {
  readonly name: string
  readonly choices: ReadonlyArray<{ readonly step: string; readonly when: string }>
  readonly advice: string
}

/** Names that people look for and that are no step of their own. */
export const GUIDES: readonly StepGuide[] = [
  {
    name: 'iOS Auto Provision',
    choices: [
      {
        step: 'auto-provision',
        when: 'the app’s connection is an App Store Connect API key: no two-factor authentication, no session that ends, made for machines. Choose this one if you can',
      },
      {
        step: 'auto-provision-apple-id',
        when: 'there is only an Apple ID, or the app needs App Groups, iCloud containers or merchant IDs attached, which Apple lets no key do. Deprecated: its session ends after 30 days, and a person must then sign in again',
      },
    ],
    advice:
      'Both read the Xcode project, provide bundle IDs, devices, certificates and profiles at Apple, and set the project to manual signing; their outputs are the same, so changing from one to the other changes no later step.',
  },
]

/** All steps, in the order of their names. */
export function librarySteps(): readonly LibraryStep[] {
  return STEPS.toSorted((a, b) => (a.id < b.id ? -1 : 1))
}

/** The step of an id, a title or another name; case, blanks and dashes do not matter. */
export function findStep(name: string): LibraryStep | undefined {
  const wanted = plain(name)
  return librarySteps().find(({ id, title, otherNames = [] }) =>
    [id, title, ...otherNames].some((known) => plain(known) === wanted),
  )
}

/** The guide of a name. */
export function findGuide(name: string): StepGuide | undefined {
  return GUIDES.find((guide) => plain(guide.name) === plain(name))
}

function plain(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '')
}
