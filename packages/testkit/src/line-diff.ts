/** The lines that two texts do not share, without their indentation. */
export interface LineDiff {
  readonly removed: readonly string[]
  readonly added: readonly string[]
}

const WINDOW = 40

/** Compares line by line; after a difference both sides meet again at the nearest shared line. */
export function diffLines(before: string, after: string): LineDiff {
  const left = before.split('\n')
  const right = after.split('\n')
  const removed: string[] = []
  const added: string[] = []
  let i = 0
  let j = 0
  while (i < left.length || j < right.length) {
    if (i < left.length && left[i] === right[j]) {
      i++
      j++
      continue
    }
    const [skipLeft, skipRight] = nearestMeeting(left, right, i, j)
    removed.push(...left.slice(i, i + skipLeft))
    added.push(...right.slice(j, j + skipRight))
    i += skipLeft
    j += skipRight
  }
  return { removed: removed.map((line) => line.trim()), added: added.map((line) => line.trim()) }
}

function nearestMeeting(left: readonly string[], right: readonly string[], i: number, j: number): [number, number] {
  for (let distance = 1; distance <= WINDOW; distance++) {
    for (let skip = 0; skip <= distance; skip++) {
      const a = left[i + skip]
      if (a !== undefined && a === right[j + distance - skip]) return [skip, distance - skip]
    }
  }
  return [left.length - i, right.length - j]
}
