import { buildErrors } from '@cordon/api/builds/errors'
import { type BuildId, isId } from '@cordon/core/ids'

/** A build as a person names it. Throws `build.not_found` for what is no id, as for an id that nobody has. */
export function asBuildId(text: string): BuildId {
  if (isId('build', text)) return text
  throw buildErrors.not_found({}, { detail: `"${text}" is not the id of a build` })
}
