import type { RequestOf, ResponseOf, Route } from '@cordon/api/route'
import {
  infiniteQueryOptions,
  keepPreviousData,
  QueryCache,
  QueryClient,
  queryOptions,
  useInfiniteQuery,
} from '@tanstack/react-query'
import { client } from './client.ts'
import { hasCode } from './problem.ts'

const STALE_MS = 5_000

let onSignedOut: () => void = () => {}

/** The server says that nobody is signed in any more. */
export function signedOut(): void {
  onSignedOut()
}

/** Tells what to do when the server says that nobody is signed in any more. */
export function whenSignedOut(action: () => void): void {
  onSignedOut = action
}

/** What is known of the server's state. Reads are repeated for upstream trouble only. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: STALE_MS,
      retry: (failures, error) => failures < 2 && hasCode(error, 'client.unreachable', 'internal.unavailable'),
    },
  },
  queryCache: new QueryCache({
    // The question who is signed in is asked by the router's guard, which handles its answer itself.
    onError: (error, query) => {
      if (hasCode(error, 'access.unauthenticated') && query.queryKey[0] !== 'accounts.me') signedOut()
    },
  }),
})

/** A read of one thing. */
export function readOf<R extends Route>(route: R, request: RequestOf<R>) {
  return queryOptions({
    queryKey: [route.id, request],
    queryFn: () => call(route, request),
  })
}

/** Calls an operation with its whole request, even when that is empty. */
export function call<R extends Route>(route: R, request: RequestOf<R>): Promise<ResponseOf<R>> {
  const anyClient = client as { call(route: R, request: RequestOf<R>): Promise<ResponseOf<R>> }
  return anyClient.call(route, request)
}

/** What a paged list shows. */
export interface Pages<T> {
  readonly items: readonly T[]
  readonly isLoading: boolean
  readonly error: Error | null
  readonly hasMore: boolean
  readonly isLoadingMore: boolean
  readonly loadMore: () => void
  readonly retry: () => void
}

interface PageOf<T> {
  readonly items: readonly T[]
  readonly nextCursor: string | null
}

/** A list of which the next page is asked for on demand. */
export function usePages<T>(
  key: readonly unknown[],
  fetchPage: (cursor: string | undefined) => Promise<PageOf<T>>,
  options: { readonly enabled?: boolean; readonly refreshMs?: number } = {},
): Pages<T> {
  const list = useInfiniteQuery(
    infiniteQueryOptions({
      queryKey: key,
      queryFn: ({ pageParam }) => fetchPage(pageParam),
      initialPageParam: undefined as string | undefined,
      getNextPageParam: (last: PageOf<T>) => last.nextCursor ?? undefined,
      placeholderData: keepPreviousData,
      enabled: options.enabled ?? true,
      refetchInterval: options.refreshMs ?? false,
    }),
  )
  return {
    items: list.data?.pages.flatMap((page) => page.items) ?? [],
    isLoading: list.isPending && (options.enabled ?? true),
    error: list.error,
    hasMore: list.hasNextPage,
    isLoadingMore: list.isFetchingNextPage,
    loadMore: () => void list.fetchNextPage(),
    retry: () => void list.refetch(),
  }
}

/** Everything shown may have changed: reads it again. Called after each change, whichever feature made it. */
export function refreshAll(): Promise<void> {
  return queryClient.invalidateQueries()
}
