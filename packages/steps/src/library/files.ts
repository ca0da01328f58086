import { actionYml } from './action.ts'
import { type Publisher, stepSh, stepYml } from './bitrise-step.ts'
import type { LibraryStep } from './catalogue.ts'
import { gitlabComponent } from './gitlab-component.ts'
import { folderOf, readme } from './pages.ts'

/** Everything that describes a step to the CI systems: path from the project's root → content. */
export function stepFiles(step: LibraryStep, publisher?: Publisher): ReadonlyMap<string, string> {
  const folder = folderOf(step)
  return new Map([
    [`${folder}/action.yml`, actionYml(step)],
    [`${folder}/step.yml`, stepYml(step, publisher)],
    [`${folder}/step.sh`, stepSh(step)],
    [`${folder}/component.yml`, gitlabComponent(step)],
    [`${folder}/README.md`, readme(step)],
  ])
}
