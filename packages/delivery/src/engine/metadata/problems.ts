import { metadataErrors } from './errors.ts'

/** Where something was read: a file, and its line where it has lines. */
export interface Origin {
  /** As the person named it: from the working folder where it is below. */
  readonly file: string
  /** From 1; absent for pictures and folders. */
  readonly line?: number
}

/** One mistake. */
export interface Problem extends Origin {
  /** What is wrong and what is accepted, without a full stop. */
  readonly message: string
}

/** `fastlane/metadata/de-DE/name.txt:1` */
export function placeOf({ file, line }: Origin): string {
  return line === undefined ? file : `${file}:${line}`
}

/** Throws `metadata.invalid` with every mistake, in the order of files and lines. */
export function requireNone(problems: readonly Problem[]): void {
  if (problems.length === 0) return
  const sorted = [...problems].sort((a, b) => a.file.localeCompare(b.file) || (a.line ?? 0) - (b.line ?? 0))
  const fields = sorted.map((problem) => ({ field: placeOf(problem), message: problem.message }))
  const count = problems.length === 1 ? '1 mistake' : `${problems.length} mistakes`
  throw metadataErrors.invalid({ fields }, { detail: count })
}
