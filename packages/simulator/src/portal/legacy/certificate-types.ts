import type { Team } from '../../world/team.ts'

/** The legacy portal's ids of certificate types. Source: spaceship `portal/certificate.rb` (2.237). */
const TYPE_IDS: readonly (readonly [id: string, certificateType: string])[] = [
  ['83Q87W3TGH', 'DEVELOPMENT'],
  ['WXV89964HE', 'DISTRIBUTION'],
  ['5QPB9NHCEI', 'IOS_DEVELOPMENT'],
  ['R58UK2EWSO', 'IOS_DISTRIBUTION'],
  ['LA30L5BJEU', 'IOS_DISTRIBUTION'],
  ['9RQEK7MSXA', 'IOS_DISTRIBUTION'],
  ['JKG5JZ54H7', 'DEVELOPMENT_PUSH_SERVICES'],
  ['UPV3DW712I', 'APPLE_PUSH_SERVICES'],
  ['E5D663CMZW', 'VOIP_SERVICES'],
  ['749Y1QAGU7', 'MAC_APP_DEVELOPMENT'],
  ['HXZEUKP0FP', 'MAC_APP_DISTRIBUTION'],
  ['2PQI8IDXNH', 'MAC_INSTALLER_DISTRIBUTION'],
  ['OYVN2GW35E', 'DEVELOPER_ID_INSTALLER'],
  ['W0EURJRMC5', 'DEVELOPER_ID_APPLICATION'],
  ['DIVN2GW3XT', 'DEVELOPER_ID_APPLICATION'],
  ['HQ4KP3I34R', 'MAC_DEVELOPMENT_PUSH_SERVICES'],
  ['CDZ7EMXIZ1', 'MAC_PUSH_SERVICES'],
  ['4APLUP237T', 'APPLE_PAY'],
  ['MD8Q2VRT6A', 'APPLE_PAY_MERCHANT_IDENTITY'],
  ['Y3B2F3TYSI', 'PASS_TYPE_ID'],
  ['3T2ZP62QW8', 'WEBSITE_PUSH_SERVICES'],
]

const IN_HOUSE_ID = '9RQEK7MSXA'
const TYPES: ReadonlyMap<string, string> = new Map(TYPE_IDS)

/** The type that an id stands for. */
export function certificateTypeOf(id: string): string | undefined {
  return TYPES.get(id)
}

/** The id under which the legacy portal lists a type; distribution in an enterprise team is In-House. */
export function certificateTypeId(team: Team, certificateType: string): string | undefined {
  if (certificateType === 'IOS_DISTRIBUTION' && team.kind === 'enterprise') return IN_HOUSE_ID
  return TYPE_IDS.find(([, type]) => type === certificateType)?.[0]
}
