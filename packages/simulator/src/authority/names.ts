import { Set as Asn1Set, PrintableString, Sequence, Utf8String } from 'asn1js'
import { AttributeTypeAndValue, RelativeDistinguishedNames } from 'pkijs'

/** The parts of a certificate's name, in Apple's order. */
export interface DistinguishedName {
  readonly userId?: string
  readonly commonName: string
  readonly organizationalUnit?: string
  readonly organization?: string
  readonly country?: string
}

const OIDS: readonly (readonly [keyof DistinguishedName, string])[] = [
  ['userId', '0.9.2342.19200300.100.1.1'],
  ['commonName', '2.5.4.3'],
  ['organizationalUnit', '2.5.4.11'],
  ['organization', '2.5.4.10'],
  ['country', '2.5.4.6'],
]

function encode(part: keyof DistinguishedName, value: string): Utf8String | PrintableString {
  return part === 'country' ? new PrintableString({ value }) : new Utf8String({ value })
}

/** Builds an X.509 name. */
export function distinguishedName(name: DistinguishedName): RelativeDistinguishedNames {
  const typesAndValues = OIDS.flatMap(([part, type]) => {
    const value = name[part]
    return value === undefined ? [] : [new AttributeTypeAndValue({ type, value: encode(part, value) })]
  })
  // Left to itself the library writes all attributes into one set, a name of a single part that no authority issues.
  const sequence = new Sequence({ value: typesAndValues.map((item) => new Asn1Set({ value: [item.toSchema()] })) })
  return new RelativeDistinguishedNames({ typesAndValues, valueBeforeDecode: sequence.toBER(false) })
}
