import type { InputDeclaration } from '../step.ts'
import type { LibraryStep } from './catalogue.ts'
import { explain, hasVariableDefault, yamlDocument, yamlText } from './documents.ts'

/**
 * A GitLab CI component: inputs, and a job that runs the step. Secrets are no inputs: GitLab writes inputs into the pipeline's
 * configuration, where they can be read; they come from masked CI/CD variables of their names.
 * Source: GitLab's "CI/CD components" and "CI/CD inputs".
 */
export function gitlabComponent(step: LibraryStep): string {
  const inputs = step.inputs.filter(({ sensitive, name }) => !sensitive && name !== 'output_file')
  const spec = {
    spec: {
      inputs: { ...jobInputs(step), ...Object.fromEntries(inputs.map((input) => [input.name, specInput(input)])) },
    },
  }
  return `${yamlDocument(step, spec)}---\n${yamlText(jobOf(step, inputs))}`
}

function jobInputs({ id }: LibraryStep) {
  return {
    job_name: { description: 'name of the job', default: id },
    stage: { description: 'stage of the job', default: 'build' },
    image: {
      description: 'image with Node 20 or later, and with what the step starts; runners without images leave it out',
      default: 'node:20',
    },
    bundle: {
      description: `path of the step’s program (steps/${id}/dist/main.cjs of a release): in the repository, the image or what an earlier job has left`,
      default: `.cordon/${id}.cjs`,
    },
  }
}

/** A default that names a variable would be used as that text where nobody has set it, so the step itself fills it in. */
function specInput(input: InputDeclaration) {
  const isVariable = hasVariableDefault(input)
  const accepted = input.choices ?? (input.type === 'boolean' ? ['yes', 'no'] : undefined)
  const isNeeded = input.required === true && input.defaultValue === ''
  return {
    description: `${explain(input)}${isVariable ? `; without it, ${input.defaultValue} of the environment` : ''}`,
    ...(!isNeeded && { default: isVariable ? '' : input.defaultValue }),
    ...(accepted && { options: [...accepted] }),
  }
}

function jobOf({ outputs }: LibraryStep, inputs: readonly InputDeclaration[]) {
  // A report is kept by GitLab and can be downloaded: nothing that opens an account goes there.
  const hasReport = !outputs.some(({ sensitive }) => sensitive)
  return {
    '$[[ inputs.job_name ]]': {
      stage: '$[[ inputs.stage ]]',
      image: '$[[ inputs.image ]]',
      variables: {
        ...Object.fromEntries(inputs.map(({ name }) => [name, `$[[ inputs.${name} ]]`])),
        ...(hasReport && { output_file: 'cordon.env' }),
      },
      script: ['node "$[[ inputs.bundle ]]" gitlab'],
      ...(hasReport && { artifacts: { reports: { dotenv: 'cordon.env' } } }),
    },
  }
}
