import { documentedIdentifier } from '../identifiers/documented.ts'

/** Merchant IDs of Apple Pay. Source: developer.apple.com/documentation/appstoreconnectapi/merchant-ids */
export const merchantIdResource = documentedIdentifier('merchantIds', ['name', 'identifier'])
