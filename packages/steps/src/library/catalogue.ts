import { STEPS, type StepListing } from '../steps.ts'

/** A published state of a step. */
export interface StepVersion {
  readonly version: string
  readonly changes: string
}

interface StepRecord {
  /** Newest first. */
  readonly versions: readonly [StepVersion, ...StepVersion[]]
  /** Set for a step that nobody should begin with. */
  readonly deprecated?: { readonly successor: string; readonly reason: string }
  /** Names that the step, or the one it stands for, has had elsewhere. */
  readonly otherNames?: readonly string[]
}

const FIRST: StepRecord['versions'] = [{ version: '0.1.0', changes: 'first version' }]

/** What a step's own declaration does not tell. By id. */
const RECORDS: Readonly<Record<string, StepRecord>> = {
  'auto-provision': { versions: FIRST, otherNames: ['Manage iOS Code Signing'] },
  'auto-provision-apple-id': {
    versions: FIRST,
    deprecated: {
      successor: 'auto-provision',
      reason: 'sessions of an Apple ID end after 30 days and need a person; a key needs nobody',
    },
    otherNames: ['iOS Auto Provision with Apple ID'],
  },
  deploy: { versions: FIRST, otherNames: ['Deploy to App Store Connect', 'Deploy to iTunes Connect'] },
  fastlane: { versions: FIRST },
  resign: { versions: FIRST },
}

/** Everything that is known of a step. */
export type LibraryStep = StepListing & StepRecord

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

/** All steps, in the order of their names. Throws for a step without a record: each has a version. */
export function librarySteps(): readonly LibraryStep[] {
  return STEPS.map((step) => {
    const record = RECORDS[step.id]
    if (record === undefined) throw new TypeError(`the step ${step.id} has no record in the catalogue`)
    return { ...step, ...record }
  }).sort((a, b) => (a.id < b.id ? -1 : 1))
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
