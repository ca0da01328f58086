import type { Action } from './actions.ts'
import { changeText } from './diff.ts'
import { isSecretField, shownField } from './fields.ts'
import type { PagePlan } from './plan-page.ts'
import type { PushEvent } from './push-context.ts'

/** What an action is about, in a few words. */
export function subjectOf(action: Action): string {
  switch (action.kind) {
    case 'change-section':
      return SECTION_NAMES[action.section]
    case 'create-text':
    case 'change-text':
    case 'delete-text':
      return `${action.locale} ${action.section === 'versionTexts' ? 'texts of the version' : 'texts of the app'}`
    case 'upload-media':
      return `${action.locale} ${action.type} ${action.file.name}`
    case 'delete-media':
    case 'set-frame':
      return `${action.locale} ${action.type} ${action.name}`
    case 'order-media':
    case 'delete-set':
      return `${action.locale} ${action.type}`
  }
}

const SECTION_NAMES = {
  version: 'the version',
  phasedRelease: 'the phased release',
  categories: 'categories',
  ageRating: 'answers about age',
  review: 'what App Review is told',
} as const

const MARKS_AND_VERBS = {
  'change-section': ['~', 'change'],
  'create-text': ['+', 'add'],
  'change-text': ['~', 'change'],
  'delete-text': ['-', 'remove'],
  'upload-media': ['+', 'upload'],
  'delete-media': ['-', 'delete'],
  'set-frame': ['~', 'choose the frame of'],
  'order-media': ['~', 'order'],
  'delete-set': ['-', 'delete all of'],
} as const satisfies Record<Action['kind'], readonly [string, string]>

/** One action as a line: `~ change de-DE texts of the version because keywords differs`. */
export function actionLine(action: Action): string {
  const [mark, verb] = MARKS_AND_VERBS[action.kind]
  return `${mark} ${verb} ${subjectOf(action)} because ${action.reason}`
}

/** A plan as lines of text without colours: each write with its reason, and what each field was and becomes. */
export function planLines({ newVersion, actions, notes, warnings }: PagePlan): readonly string[] {
  return [
    ...(newVersion === undefined ? [] : [`+ make version ${newVersion}`]),
    ...actions.flatMap((action) => [actionLine(action), ...fieldLines(action)]),
    ...remarkLines({ notes, warnings }),
    ...(actions.length === 0 && newVersion === undefined ? ['nothing to change at Apple'] : []),
  ]
}

/** What a person should know of the folder, warnings first. */
export function remarkLines({ notes, warnings }: Pick<PagePlan, 'notes' | 'warnings'>): readonly string[] {
  return [...warnings.map((warning) => `warning: ${warning}`), ...notes.map((note) => `i ${note}`)]
}

function fieldLines(action: Action): readonly string[] {
  if (!('changes' in action)) return []
  return Object.entries(action.changes).map(
    ([field, change]) => `    ${shownField(action.section, field)}: ${changeText(field, change)}`,
  )
}

/** A plan as a plain document for `JSON.stringify`, without secrets. */
export function planJson({ newVersion, actions, notes, warnings, observed }: PagePlan) {
  return {
    version: { id: observed.version.id, version: observed.version.version, state: observed.version.state },
    newVersion: newVersion ?? null,
    actions: actions.map((action) => ({
      kind: action.kind,
      subject: subjectOf(action),
      reason: action.reason,
      ...('changes' in action && { changes: shownChanges(action.changes) }),
    })),
    notes,
    warnings,
  }
}

function shownChanges(changes: Extract<Action, { readonly kind: 'change-text' }>['changes']) {
  const shown = Object.entries(changes).map(([field, change]) => [
    field,
    isSecretField(field) ? { secret: true } : change,
  ])
  return Object.fromEntries(shown) as Readonly<Record<string, unknown>>
}

/** A line of progress; undefined for what needs none. Of many files only every tenth is told. */
export function progressLine(event: PushEvent): string | undefined {
  switch (event.kind) {
    case 'observing':
      return 'comparing the store page with Apple'
    case 'planned': {
      const count = event.writes
      return count === 0 ? 'nothing to change at Apple' : `${count} ${count === 1 ? 'write' : 'writes'} to do`
    }
    case 'made-version':
      return `${event.done} of ${event.total}: made version ${event.version}`
    case 'following':
      return `waiting for Apple's work on ${event.left} ${event.left === 1 ? 'file' : 'files'}`
    case 'done': {
      const { action, done, total } = event
      const isTold = !('media' in action) || total < 20 || done % 10 === 0 || done === total
      return isTold ? `${done} of ${total}: ${VERBS_DONE[action.kind]} ${subjectOf(action)}` : undefined
    }
  }
}

const VERBS_DONE = {
  'change-section': 'changed',
  'create-text': 'added',
  'change-text': 'changed',
  'delete-text': 'removed',
  'upload-media': 'uploaded',
  'delete-media': 'deleted',
  'set-frame': 'chose the frame of',
  'order-media': 'ordered',
  'delete-set': 'deleted all of',
} as const satisfies Record<Action['kind'], string>
