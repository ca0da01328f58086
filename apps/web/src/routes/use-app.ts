import type { App } from '@cordon/api/apps/schema'
import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { appQuery } from '../features/apps/api/app.ts'

/** The app of the page, for its tabs; undefined until it is there. */
export function useApp(): App | undefined {
  const { appId } = useParams({ from: '/shell/apps/$appId' })
  return useQuery(appQuery(appId)).data
}
