import { uploadAll } from '../screenshots/upload-sets.ts'
import type { Action, ActionOf, Changes } from './actions.ts'
import type { DiffOptions } from './diff.ts'
import { metadataErrors } from './errors.ts'
import { specOf } from './fields.ts'
import { inParallel } from './in-parallel.ts'
import type { PlainSection, Values } from './model.ts'
import type { Observed } from './observe.ts'
import { type PagePlan, type Parts, planPage } from './plan-page.ts'
import type { StorePort } from './port.ts'
import { placeOf } from './problems.ts'
import type { PushContext } from './push-context.ts'
import { originKey, type Page } from './read-page.ts'
import { isRefusal } from './refusal.ts'
import type { Target } from './standing.ts'

/** What was written. */
export interface Pushed {
  readonly versionId: string
  readonly version: string
  readonly plan: PagePlan
  /** Writes of which Apple was asked; 0 when all was there. */
  readonly writes: number
}

interface Refusal {
  readonly field: string
  readonly message: string
}

/**
 * Writes what differs and nothing else. Parts that Apple refuses do not keep the others from being written; all refusals are told
 * together at the end (`metadata.write_refused`, `metadata.media_failed`). A second run carries on where the first one ended.
 */
export async function pushPage(
  page: Page,
  target: Target,
  parts: Parts,
  context: PushContext,
  options: DiffOptions = {},
): Promise<Pushed> {
  const { port, onProgress } = context
  onProgress({ kind: 'observing' })
  let plan = await planPage(port, page, target, parts, options)
  await context.approve?.(plan)
  let made: string | undefined
  if (plan.newVersion !== undefined) {
    const { newVersion } = plan
    await port.createVersion(target.appId, target.platform, newVersion)
    context.onWritten?.({ version: newVersion, writes: 1 })
    // Apple fills a new version in its own way: only now is it known what is left to write.
    plan = await planPage(port, page, target, parts, options)
    made = newVersion
  }
  const before = made === undefined ? 0 : 1
  const total = before + plan.actions.length
  onProgress({ kind: 'planned', plan, writes: total })
  if (made !== undefined) onProgress({ kind: 'made-version', version: made, done: before, total })
  const version = target.version ?? plan.observed.version.version
  await carryOut(plan, page, context, { before, version })
  return { versionId: plan.observed.version.id, version, plan, writes: total }
}

/** The order of writes: a version takes some fields only after its own are right, and pictures need their language. */
const PHASES: readonly (readonly Action['kind'][])[] = [
  ['change-section'],
  ['create-text', 'change-text'],
  ['delete-text'],
]

async function carryOut(
  { actions, observed }: PagePlan,
  page: Page,
  context: PushContext,
  { before, version }: { readonly before: number; readonly version: string },
): Promise<void> {
  const refusals: Refusal[] = []
  const textIds = { ...observed.textIds.versionTexts }
  let done = before
  const finished = (action: Action) => {
    done += 1
    context.onWritten?.({ version, writes: done })
    context.onProgress({ kind: 'done', action, done, total: before + actions.length })
  }
  for (const phase of PHASES) {
    const now = actions.filter(({ kind }) => phase.includes(kind))
    // Sections one after another: Apple has refused a version's fields while others of it were written.
    await inParallel(
      now,
      async (action) => {
        context.signal?.throwIfAborted()
        try {
          await write(action, observed, textIds, context.port)
          finished(action)
        } catch (error) {
          refusals.push(...refusalOf(error, action, page))
        }
      },
      phase.includes('change-section') ? 1 : undefined,
    )
  }
  const failures = await uploadAll(actions, { setIds: observed.setIds, textIds, finished, context })
  if (refusals.length > 0)
    throw metadataErrors.write_refused({ fields: [...refusals, ...failures] }, { detail: countOf(refusals.length) })
  if (failures.length > 0) throw metadataErrors.media_failed({ fields: failures }, { detail: countOf(failures.length) })
}

function countOf(count: number): string {
  return count === 1 ? '1 part' : `${count} parts`
}

async function write(
  action: Action,
  observed: Observed,
  textIds: Record<string, string>,
  port: StorePort,
): Promise<void> {
  switch (action.kind) {
    case 'change-section':
      return SECTION_WRITERS[action.section](valuesOf(action.changes), observed, port)
    case 'create-text': {
      const ownerId = action.section === 'versionTexts' ? observed.version.id : (observed.info?.id ?? '')
      const { id } = await port.createText(action.section, ownerId, action.locale, valuesOf(action.changes))
      if (action.section === 'versionTexts') textIds[action.locale] = id
      return
    }
    case 'change-text':
      return port.changeText(action.section, textIdOf(action, observed), valuesOf(action.changes))
    case 'delete-text':
      return port.deleteText(action.section, textIdOf(action, observed))
    default:
      return
  }
}

function textIdOf({ section, locale }: ActionOf<'change-text' | 'delete-text'>, { textIds }: Observed): string {
  const id = textIds[section][locale]
  if (id === undefined) throw new Error(`no text of ${section} in ${locale}`)
  return id
}

type SectionWriter = (values: Values, observed: Observed, port: StorePort) => Promise<void>

const SECTION_WRITERS: Readonly<Record<PlainSection, SectionWriter>> = {
  version: (values, { version }, port) => port.changeVersion(version.id, values),
  phasedRelease: ({ isPhased }, { version }, port) =>
    port.setPhased(version.id, version.phasedRelease?.id, isPhased === true),
  categories: (values, { info }, port) => port.setCategories(info?.id ?? '', values),
  ageRating: (values, { info }, port) => port.changeAgeRating(info?.ageRating?.id ?? '', info?.id ?? '', values),
  review: (values, { version }, port) => port.tellReview(version.id, version.review?.id, values),
}

function valuesOf(changes: Changes): Values {
  return Object.fromEntries(Object.entries(changes).map(([field, { to }]) => [field, to]))
}

/** A refusal by Apple as a line with its place in the files; anything else is thrown on. */
export function refusalOf(error: unknown, action: Action, page: Pick<Page, 'origins'>): readonly Refusal[] {
  if (!isRefusal(error)) throw error
  const message = error.detail ?? error.title
  if (!('section' in action)) return [{ field: 'locale' in action ? action.locale : '', message }]
  const locale = 'locale' in action ? action.locale : undefined
  const named = /\/data\/attributes\/(\w+)/.exec(String(error.details.appleSource ?? ''))?.[1]
  const fields = 'changes' in action ? Object.keys(action.changes) : []
  const field = fields.find((one) => one === named) ?? (fields.length === 1 ? fields[0] : undefined)
  const origin =
    field === undefined
      ? undefined
      : (page.origins.get(originKey(action.section, locale, field)) ??
        page.origins.get(originKey(action.section, 'default', field)))
  const name = field === undefined ? action.section : (specOf(action.section, field)?.file ?? field)
  const place = origin === undefined ? [locale, name].filter((part) => part !== undefined).join(' ') : placeOf(origin)
  return [{ field: place, message }]
}
