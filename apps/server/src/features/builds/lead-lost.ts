import type { AppId, UserId } from '@cordon/core/ids'
import type { Clock } from '@cordon/core/instant'
import type { AuditInput } from '../../platform/audit/event.ts'
import type { Queries, Tx } from '../../platform/db/database.ts'
import type { By } from '../../platform/http/by.ts'
import { actorOf } from '../../platform/http/principal.ts'
import type { Tell } from '../../platform/notice.ts'
import { type BuildRow, listRunningOf, listTokensMadeBy, updateEnded } from './store.ts'

export interface LeadLostParts {
  readonly clock: Clock
  readonly tell: Tell
  /** Owner and admins of apps who can sign in. */
  readonly leadsOf: (
    queries: Queries,
    appIds: readonly AppId[],
  ) => Promise<ReadonlyArray<{ readonly appId: AppId; readonly userId: UserId }>>
}

/** Who leads an app no more; of every app when `appId` is left out. */
export interface LostLead {
  readonly userId: UserId
  readonly name: string
  readonly appId?: AppId | undefined
}

/**
 * Somebody leads an app no more: the builds they started end, because they hold the tokens. Trigger tokens that they made
 * go on, because the team's CI has them; those who lead are told. Gives the events to log.
 */
export async function leadLost(parts: LeadLostParts, tx: Tx, lost: LostLead, by: By): Promise<AuditInput[]> {
  const now = parts.clock.now()
  const ended: BuildRow[] = []
  for (const build of await listRunningOf(tx, lost, now)) {
    // One that ended itself since the look has said so.
    if (await updateEnded(tx, build.id, 'aborted', now)) ended.push(build)
  }
  await tellOfTokens(parts, tx, lost)
  return ended.map((build) => endedEvent(build, lost, by))
}

async function tellOfTokens({ clock, tell, leadsOf }: LeadLostParts, tx: Tx, lost: LostLead): Promise<void> {
  const tokens = await listTokensMadeBy(tx, lost, clock.now())
  const appIds = [...new Set(tokens.map(({ appId }) => appId))]
  const leads = (await leadsOf(tx, appIds)).filter(({ userId }) => userId !== lost.userId)
  await tell(
    tx,
    leads.map(({ appId, userId }) => {
      const ofApp = tokens.filter((token) => token.appId === appId)
      return { userId, ...wordsFor(appId, ofApp, lost.name) }
    }),
  )
}

function wordsFor(
  appId: AppId,
  tokens: ReadonlyArray<{ readonly appName: string; readonly name: string }>,
  who: string,
) {
  const names = tokens.map(({ name }) => `"${name}"`).join(', ')
  return {
    kind: 'trigger_token_maker_lost',
    title: `${who} leads the app "${tokens[0]?.appName ?? ''}" no more and may know its trigger tokens`,
    body: `They made ${names}. Whoever has one can start builds and read what builds get: make new ones, then revoke these.`,
    link: `/apps/${appId}`,
  }
}

function endedEvent({ id, number, appId, appName }: BuildRow, { name }: LostLead, by: By): AuditInput {
  const summary = `Build ${number} of the app "${appName}" was ended: ${name}, who started it, leads the app no more.`
  return {
    appId,
    actor: actorOf(by.principal),
    action: 'build.ended',
    object: { kind: 'build', id, name: `build ${number}` },
    summary,
    requestId: by.requestId,
    buildId: id,
    details: { outcome: 'aborted', reason: 'lead_lost' },
  }
}
