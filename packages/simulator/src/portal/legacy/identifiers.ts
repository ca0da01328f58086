import {
  IDENTIFIER_KIND_NAMES,
  IDENTIFIER_KINDS,
  type IdentifierKind,
} from '../../app-store-connect/identifiers/kinds.ts'
import { createIdentifier, deleteIdentifier, identifiers } from '../../app-store-connect/identifiers/state.ts'
import { storeOf } from '../../world/team.ts'
import { type Action, reads, writes } from './action.ts'
import { invalidParameter } from './errors.ts'
import { LEGACY_NAMES, legacyIdentifier } from './identifier-names.ts'
import { pageOf } from './paging.ts'

function actionsOf(kind: IdentifierKind): Action[] {
  const { folder, list, add, remove, listKey, key } = LEGACY_NAMES[kind]
  return [
    reads(`${folder}/${list}.action`, (call) => {
      const all = storeOf(call.team, identifiers[kind]).values()
      const { items, numbers } = pageOf(
        all.map((record) => legacyIdentifier(kind, record, call.team)),
        call.form,
      )
      return { [listKey]: items, ...numbers }
    }),
    writes(`${folder}/${add}.action`, 'identifiers:write', (call) => {
      const name = call.form.text('name') ?? ''
      const record = createIdentifier(call, kind, { name, identifier: call.form.text('identifier') ?? '' })
      return { [key]: legacyIdentifier(kind, record, call.team) }
    }),
    writes(`${folder}/${remove}.action`, 'identifiers:write', (call) => {
      const id = call.form.text(key) ?? ''
      const record = storeOf(call.team, identifiers[kind]).get(id)
      if (record === undefined) {
        const { label } = IDENTIFIER_KINDS[kind]
        throw invalidParameter(key, `There is no ${label} with ID '${id.slice(0, 40)}' on this team.`)
      }
      deleteIdentifier(call, kind, record)
      return {}
    }),
  ]
}

/** App groups, iCloud containers, merchants (OMCs), pass types and websites. Source: spaceship `portal/portal_client.rb` (2.237). */
export const identifierActions: readonly Action[] = IDENTIFIER_KIND_NAMES.flatMap(actionsOf)
