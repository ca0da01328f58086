import type { Perform } from '../transport/task.ts'
import { type RawResource, readResource } from './document.ts'
import { below, modifyOne, readBelow } from './store-resource.ts'
import { type AgeRatingDeclaration, ageRatingDeclarationShape } from './wire/age-rating-declarations.ts'

/** Answers to write; null takes one back. */
export type AgeRatingAnswers = {
  readonly [K in keyof typeof ageRatingDeclarationShape]?: string | boolean | null
}

/** Answers that give apps their age rating. */
export interface AgeRatingDeclarations {
  /** The answers of an app info. Source: Apple, "Read the age rating declaration information of an app info". */
  readOf(appInfoId: string): Promise<AgeRatingDeclaration | undefined>
  /** Changes answers. Source: Apple, "Modify an age rating declaration". */
  modify(
    declaration: { readonly id: string; readonly appInfoId: string },
    answers: AgeRatingAnswers,
  ): Promise<AgeRatingDeclaration>
}

const kind = {
  type: 'ageRatingDeclarations',
  read: (raw: RawResource): AgeRatingDeclaration => readResource(ageRatingDeclarationShape, raw),
}

/** The operations on answers about age. */
export function createAgeRatingDeclarations(perform: Perform): AgeRatingDeclarations {
  const readOf = (appInfoId: string) => readBelow(perform, kind, below('appInfos', appInfoId, 'ageRatingDeclaration'))
  return {
    readOf,
    modify: ({ id, appInfoId }, answers) =>
      modifyOne(perform, kind, id, { attributes: { ...answers }, current: () => readOf(appInfoId) }),
  }
}
