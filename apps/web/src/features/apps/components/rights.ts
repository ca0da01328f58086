import type { App } from '@cordon/api/apps/schema'

/** Says whether the person leads the app: may change its team, connection and tokens. The server decides; this only hides. */
export function mayLead(app: Pick<App, 'role'>): boolean {
  return app.role === 'owner' || app.role === 'admin'
}
