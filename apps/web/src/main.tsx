import './platform/zod-without-eval.ts'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { meQuery } from './features/accounts/api/me.ts'
import { watchLinkTokens } from './platform/link-token.ts'
import { queryClient, whenSignedOut } from './platform/queries.ts'
import { router } from './routes/router.tsx'
import './styles.css'

// Before the router reads the address: a token must not get into its state.
watchLinkTokens()

whenSignedOut(() => {
  queryClient.removeQueries({ queryKey: meQuery.queryKey })
  void router.invalidate()
})

// After a change of page the focus goes to its content, so that a screen reader goes on there.
router.subscribe('onResolved', ({ fromLocation, pathChanged }) => {
  if (fromLocation !== undefined && pathChanged) document.getElementById('main')?.focus({ preventScroll: true })
})

const root = document.getElementById('root')
if (root === null) throw new Error('the page has no element with the id "root"')
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  </StrictMode>,
)
