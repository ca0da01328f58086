import type { AppleSignInId, ConnectionId } from '@cordon/core/ids'
import type { JobHandler } from '../../platform/jobs/worker.ts'
import { createHandOffs, type HandOffs } from './hand-offs.ts'
import { withOneApple } from './one-apple.ts'
import type { AppleSignInParts } from './parts.ts'
import { type AppleIdCredential, releaseAppleId } from './release.ts'
import { createSessions, SESSION_JOB } from './sessions.ts'
import { findAnySignIn } from './sign-in-store.ts'
import { createSignIns, EXPIRE_JOB, expireSignIn, type SignIns } from './sign-ins.ts'

/** Apple IDs: signing in, handing the code over, looking after sessions, giving them to builds. */
export interface AppleSignIn {
  readonly signIns: SignIns
  readonly handOffs: HandOffs
  /** Asks Apple about a session and keeps what came of it. */
  trySession(id: ConnectionId): Promise<void>
  /** What a build gets of an Apple ID. `isRefused`: the build says that Apple refused the session it had got. */
  release(id: ConnectionId, isRefused: boolean): Promise<AppleIdCredential>
  readonly jobs: Readonly<Record<string, JobHandler>>
}

/** Makes the feature. */
export function createAppleSignIn(given: AppleSignInParts): AppleSignIn {
  const parts = withOneApple(given)
  const sessions = createSessions(parts)
  return {
    signIns: createSignIns(parts),
    handOffs: createHandOffs(parts),
    trySession: (id) => sessions.tryNow(id),
    release: (id, isRefused) => releaseAppleId(parts, isRefused ? sessions.refused : sessions.fresh, id, isRefused),
    jobs: {
      [SESSION_JOB]: ({ connectionId }) => sessions.lookAfter(connectionId as ConnectionId),
      [EXPIRE_JOB]: async ({ signInId }) =>
        expireSignIn(parts, await findAnySignIn(parts.db.queries, signInId as AppleSignInId)),
    },
  }
}
