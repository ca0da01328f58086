import type { StoreDefinition, StoredRecord } from '../../world/collection.ts'
import { storeOf } from '../../world/team.ts'
import type { Scene } from '../../world/world.ts'
import { notFound } from './errors.ts'

/**
 * Waits for work on a record and gives it as it is then: other requests are answered meanwhile. Throws the 404 of a record that was
 * deleted, also when the work failed for that reason.
 */
export async function whileThere<R extends StoredRecord, T>(
  scene: Scene,
  definition: StoreDefinition<R>,
  { id }: R,
  work: () => Promise<T>,
): Promise<{ readonly record: R; readonly result: T }> {
  const current = () => {
    const record = storeOf(scene.team, definition).get(id)
    if (record === undefined) throw notFound(definition.name, id)
    return record
  }
  try {
    const result = await work()
    return { record: current(), result }
  } catch (error) {
    current()
    throw error
  }
}
