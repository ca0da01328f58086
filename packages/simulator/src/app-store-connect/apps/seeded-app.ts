import { storeOf } from '../../world/team.ts'
import type { Scene } from '../../world/world.ts'
import { invalidAttribute } from '../json-api/errors.ts'
import { type SeedItem, seedText } from '../json-api/seeding.ts'
import { apps } from './state.ts'

/** Id of the app that an item of a seed belongs to: its `app` is a bundle ID or an id. */
export function seededAppId(scene: Scene, item: SeedItem): string {
  const name = seedText(item, 'app')
  const store = storeOf(scene.team, apps)
  const app = store.get(name) ?? store.by('bundleId', name)[0]
  if (app === undefined) throw invalidAttribute('app', `There is no app '${name}': tell its bundle ID or its id`)
  return app.id
}
