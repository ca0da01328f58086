/** Stands above a list of changes; where they were told one by one as they were made, in place of the list. */
export function changesHead(where: string, count: number, wereTold: boolean): string {
  const counted = `${where} ${count} ${count === 1 ? 'change' : 'changes'}`
  if (!wereTold) return `${counted}:`
  return `${counted}, told as ${count === 1 ? 'it was' : 'they were'} made`
}
