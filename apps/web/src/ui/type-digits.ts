/** What a field of digits holds after something was typed or pasted, and where its caret stands. */
export interface TypedDigits {
  readonly digits: string
  readonly caret: number
}

/** Keeps the digits of a text. What is typed into a full field takes the place of the digits behind the caret. */
export function typeDigits(text: string, caret: number, length: number): TypedDigits {
  const before = onlyDigits(text.slice(0, caret)).slice(0, length)
  const after = onlyDigits(text.slice(caret))
  const overflow = Math.max(0, before.length + after.length - length)
  return { digits: before + after.slice(overflow), caret: before.length }
}

function onlyDigits(text: string): string {
  return text.replace(/\D/g, '')
}
