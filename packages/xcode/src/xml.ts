import { XMLParser, XMLValidator } from 'fast-xml-parser'

/** An XML element as data: attributes are texts, child elements always come as lists. */
export interface XmlElement {
  readonly attributes: ReadonlyMap<string, string>
  readonly children: readonly (readonly [name: string, element: XmlElement])[]
}

const ATTRIBUTES = ':@'

/**
 * Reads an XML document; throws an Error with the reason when it is not well-formed.
 * Document type declarations are refused: Xcode writes none, and entities could grow without end.
 */
export function parseXml(text: string): XmlElement {
  const clean = text.replace(/^\ufeff/, '')
  if (/<!DOCTYPE|<!ENTITY/i.test(clean)) throw new Error('document type declarations are not accepted')
  checkXml(clean)
  const parser = new XMLParser({
    preserveOrder: true,
    ignoreAttributes: false,
    attributeNamePrefix: '',
    parseAttributeValue: false,
    parseTagValue: false,
  })
  return { attributes: new Map(), children: childrenOf(parser.parse(clean)) }
}

/** Throws an Error with line and reason when a text is not well-formed XML. */
export function checkXml(text: string): void {
  const answer = XMLValidator.validate(text)
  if (answer !== true) throw new Error(`line ${answer.err.line}: ${answer.err.msg}`)
}

function childrenOf(nodes: unknown): XmlElement['children'] {
  if (!Array.isArray(nodes)) return []
  return nodes.flatMap((node: Record<string, unknown>) => {
    const name = Object.keys(node).find((key) => key !== ATTRIBUTES && key !== '#text')
    return name === undefined ? [] : [[name, elementOf(node, name)] as const]
  })
}

function elementOf(node: Record<string, unknown>, name: string): XmlElement {
  const attributes = Object.entries(node[ATTRIBUTES] ?? {}).map(([key, value]) => [key, String(value)] as const)
  return { attributes: new Map(attributes), children: childrenOf(node[name]) }
}

/** The child elements of one name. */
export function childrenNamed(element: XmlElement | undefined, name: string): XmlElement[] {
  return element?.children.filter(([key]) => key === name).map(([, child]) => child) ?? []
}

/** The first element at the end of a path of names. */
export function descendant(element: XmlElement | undefined, ...names: readonly string[]): XmlElement | undefined {
  let found = element
  for (const name of names) found = childrenNamed(found, name)[0]
  return found
}
