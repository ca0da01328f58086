import type { StoredRecord } from '../../world/collection.ts'
import { newUuid } from '../../world/random.ts'
import { storeOf } from '../../world/team.ts'
import { betaGroups } from '../beta-groups/store.ts'
import { createTester } from '../beta-testers/state.ts'
import { betaTesters } from '../beta-testers/store.ts'
import { AppleError, invalidRelationship } from '../json-api/errors.ts'
import type { Call, Resource } from '../json-api/resource.ts'

type Json = Readonly<Record<string, unknown>>

/** What came of one tester. */
interface Assigned {
  readonly email: string
  readonly firstName: string | null
  readonly lastName: string | null
  readonly assignmentResult: 'ASSIGNED' | 'FAILED' | 'NOT_QUALIFIED_FOR_INTERNAL_GROUP'
  readonly errors: readonly { readonly key: string; readonly code: number; readonly type: string }[]
}

/** An assignment; answered once and not kept. */
interface AssignmentRecord extends StoredRecord {
  readonly betaTesters: readonly Assigned[]
}

const EXISTS = { key: 'Halliday.tester.already.exists', code: 409, type: 'INFO' } as const

function text(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}

function assign(call: Call, groupId: string, item: Json): Assigned {
  const [email = '', firstName, lastName] = [text(item.email) ?? '', text(item.firstName), text(item.lastName)]
  const known = storeOf(call.team, betaTesters).by('email', email.toLowerCase())[0]
  const told = { email, firstName, lastName }
  if (known?.groupIds.includes(groupId)) return { ...told, assignmentResult: 'ASSIGNED', errors: [EXISTS] }
  try {
    createTester(call, { ...told, groupIds: [groupId], buildIds: [] })
    return { ...told, assignmentResult: 'ASSIGNED', errors: [] }
  } catch (error) {
    if (!(error instanceof AppleError)) throw error
    const isInternal = storeOf(call.team, betaGroups).get(groupId)?.isInternal === true
    return { ...told, assignmentResult: isInternal ? 'NOT_QUALIFIED_FOR_INTERNAL_GROUP' : 'FAILED', errors: [] }
  }
}

/**
 * Many testers into a group with one request. Not in Apple's document; fastlane's pilot sends it with keys and with cookies.
 * Source: spaceship `connect_api/testflight/testflight.rb` (2.237), @expo/apple-utils 2.2.1.
 */
export const bulkAssignmentResource: Resource<AssignmentRecord> = {
  type: 'bulkBetaTesterAssignments',
  attributeNames: ['betaTesters'],
  attributes: ({ betaTesters: assigned }) => ({ betaTesters: assigned }),
  relationships: {},
  find: () => undefined,
  isReadable: false,
  create: {
    body: {
      attributes: { betaTesters: { kind: 'objects', isRequired: true } },
      relationships: { betaGroup: { kind: 'one', target: 'betaGroups', isRequired: true } },
    },
    run({ attributes, relationships }, call) {
      const [groupId = ''] = relationships.betaGroup ?? []
      if (storeOf(call.team, betaGroups).get(groupId) === undefined) {
        throw invalidRelationship('betaGroup', `There is no resource of type 'betaGroups' with id '${groupId}'`)
      }
      const items = Array.isArray(attributes.betaTesters) ? attributes.betaTesters : []
      const assigned = items.map((item: Json) => assign(call, groupId, item))
      return { id: newUuid(call.world.random), seq: 0, visibleAt: 0, betaTesters: assigned }
    },
  },
  permission: () => 'apps:write',
}
