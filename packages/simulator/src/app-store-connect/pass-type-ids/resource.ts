import { documentedIdentifier } from '../identifiers/documented.ts'

/** IDs of kinds of Wallet passes. Source: developer.apple.com/documentation/appstoreconnectapi/pass-type-ids */
export const passTypeIdResource = documentedIdentifier('passTypeIds', ['id', 'name', 'identifier'])
