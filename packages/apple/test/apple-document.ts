import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Apple's OpenAPI document beside the project; it is not part of the repository. */
export const DOCUMENT_PATH = join(import.meta.dirname, '../../../../shared/apple/app-store-connect-openapi.json')

/** The parts of a JSON schema that Apple's document uses. */
export interface Schema {
  readonly $ref?: string
  readonly type?: string
  readonly format?: string
  readonly nullable?: boolean
  readonly enum?: readonly string[]
  readonly maximum?: number
  readonly items?: Schema
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
}

export interface Operation {
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly schema: Schema }[]
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> }
}

export interface AppleDocument {
  readonly info: { readonly version: string }
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> }
}

/** The document, or undefined where it is absent. */
export function readAppleDocument(): AppleDocument | undefined {
  if (!existsSync(DOCUMENT_PATH)) return undefined
  return JSON.parse(readFileSync(DOCUMENT_PATH, 'utf8')) as AppleDocument
}

/** Follows a reference within the document. */
export function resolve(document: AppleDocument, schema: Schema): Schema {
  const name = schema.$ref?.split('/').at(-1)
  return name === undefined ? schema : (document.components.schemas[name] ?? {})
}

/** What of a value the schema does not allow, each with its place; members that the schema does not name count too. */
export function findings(document: AppleDocument, given: Schema, value: unknown, place = ''): string[] {
  const schema = resolve(document, given)
  if (value === null) return given.nullable === true || schema.nullable === true ? [] : [`${place}: null`]
  if (schema.enum !== undefined && !schema.enum.includes(String(value))) return [`${place}: ${String(value)}`]
  if (schema.type === 'array') return arrayFindings(document, schema, value, place)
  if (schema.type === 'object') return objectFindings(document, schema, value, place)
  const isTyped = schema.type === undefined || schema.type === (Number.isInteger(value) ? 'integer' : typeof value)
  return isTyped ? [] : [`${place}: not of type ${schema.type}`]
}

function arrayFindings(document: AppleDocument, schema: Schema, value: unknown, place: string): string[] {
  if (!Array.isArray(value)) return [`${place}: no list`]
  return value.flatMap((entry, index) => findings(document, schema.items ?? {}, entry, `${place}/${index}`))
}

function objectFindings(document: AppleDocument, schema: Schema, value: unknown, place: string): string[] {
  if (typeof value !== 'object' || value === null) return [`${place}: no object`]
  const missing = (schema.required ?? []).filter((name) => !(name in value)).map((name) => `${place}/${name}: missing`)
  const members = Object.entries(value).flatMap(([name, member]) => {
    const known = schema.properties?.[name]
    return known === undefined ? [`${place}/${name}: unknown`] : findings(document, known, member, `${place}/${name}`)
  })
  return [...missing, ...members]
}
