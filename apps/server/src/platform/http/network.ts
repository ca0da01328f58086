import { isIPv6 } from 'node:net'

const GROUPS = 8
const HALF = GROUPS / 2
const MAPPED = 0xffff

/**
 * What of an address is one caller: an IPv4 address, also where it is written as IPv6; of IPv6 the /64, because whoever has one
 * address of it has the 2^64 beside it. Another text stays as it is.
 */
export function networkOf(address: string): string {
  const [plain = address] = address.split('%', 1)
  if (!isIPv6(plain)) return plain
  const groups = groupsOf(plain)
  const isMapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === MAPPED
  if (isMapped) return [groups[6] ?? 0, groups[7] ?? 0].flatMap((group) => [group >> 8, group & 255]).join('.')
  const network = groups.slice(0, HALF).map((group) => group.toString(16))
  return `${network.join(':')}::/64`
}

// All eight: "::" stands for as many zeros as are missing.
function groupsOf(address: string): number[] {
  const [head = '', tail] = address.split('::')
  const before = numbersOf(head)
  if (tail === undefined) return before
  const after = numbersOf(tail)
  return [...before, ...Array<number>(GROUPS - before.length - after.length).fill(0), ...after]
}

function numbersOf(text: string): number[] {
  if (text === '') return []
  return text.split(':').flatMap((group) => (group.includes('.') ? pairOf(group) : [Number.parseInt(group, 16)]))
}

function pairOf(dotted: string): number[] {
  const [a = 0, b = 0, c = 0, d = 0] = dotted.split('.').map(Number)
  return [(a << 8) | b, (c << 8) | d]
}
