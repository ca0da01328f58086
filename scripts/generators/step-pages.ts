import { librarySteps } from '@cordon/steps/library/catalogue'
import { stepFiles } from '@cordon/steps/library/files'
import { indexPage, stepPage } from '@cordon/steps/library/pages'
import type { Generator } from './generator.ts'

/** A page per step, the list of them, and the descriptions for each CI system; all from the declarations. */
export const stepPages: Generator = {
  name: 'step library',
  generate: async () => {
    const steps = librarySteps()
    const pages = steps.map((step): [string, string] => [`docs/steps/${step.id}.md`, stepPage(step)])
    const files = steps.flatMap((step) => [...stepFiles(step)])
    return new Map([['docs/steps/README.md', indexPage(steps)], ...pages, ...files])
  },
}
