import type { AttributeShape } from '../json-api/body.ts'

const TEXT: AttributeShape = { kind: 'string', isNullable: true }

/** What reviewers can be told, of versions and of betas. */
export const REVIEW_SHAPES: Readonly<Record<string, AttributeShape>> = {
  contactFirstName: TEXT,
  contactLastName: TEXT,
  contactPhone: TEXT,
  contactEmail: TEXT,
  demoAccountName: TEXT,
  demoAccountPassword: TEXT,
  demoAccountRequired: { kind: 'boolean', isNullable: true },
  notes: TEXT,
}
