import { storeOf } from '../../world/team.ts'
import type { Scene } from '../../world/world.ts'
import { bundleIds } from '../bundle-ids/state.ts'
import { identifiers } from '../identifiers/state.ts'
import { invalidRelationship } from '../json-api/errors.ts'
import { certificateKind, OWNER_RELATIONSHIPS } from './kinds.ts'
import type { NewCertificate } from './state.ts'

/** Something of the team's that certificates are made for. */
interface Owner {
  readonly id: string
  readonly identifier: string
}

const FINDERS: Readonly<Record<string, (scene: Scene, id: string) => Owner | undefined>> = {
  bundleId: (scene, id) => storeOf(scene.team, bundleIds).get(id),
  merchantId: (scene, id) => storeOf(scene.team, identifiers.merchantIds).get(id),
  passTypeId: (scene, id) => storeOf(scene.team, identifiers.passTypeIds).get(id),
  websitePushId: (scene, id) => storeOf(scene.team, identifiers.websitePushIds).get(id),
}

/** What a certificate of a type is made for, by the id that the request names; refuses one that the team does not have. */
export function ownerNamed(
  scene: Scene,
  certificateType: string,
  id: string | undefined,
): Pick<NewCertificate, 'owner'> {
  const kind = certificateKind(certificateType)
  const relationship = kind === undefined ? undefined : OWNER_RELATIONSHIPS[kind.holder]
  if (relationship === undefined || id === undefined) return {}
  const owner = FINDERS[relationship]?.(scene, id)
  if (owner === undefined) throw invalidRelationship(relationship, `There is no resource with id '${id}' on this team`)
  return { owner: { id: owner.id, identifier: owner.identifier } }
}

/** The same by the relationships of a request. */
export function ownerIn(
  scene: Scene,
  certificateType: string,
  relationships: Readonly<Record<string, readonly string[]>>,
): Pick<NewCertificate, 'owner'> {
  const kind = certificateKind(certificateType)
  const relationship = kind === undefined ? undefined : OWNER_RELATIONSHIPS[kind.holder]
  return ownerNamed(scene, certificateType, relationships[relationship ?? '']?.[0])
}
