import { classes } from './classes.ts'

/** A grey bar in place of something that is being loaded. */
export function Skeleton({ className }: { readonly className?: string }) {
  return <span className={classes('block h-4 animate-pulse rounded bg-sunken', className)} aria-hidden="true" />
}

/** Rows of a list that is being loaded. */
export function SkeletonRows({ rows = 3 }: { readonly rows?: number }) {
  return (
    <div role="status" aria-label="Loading" className="grid gap-4 px-5 py-5">
      {Array.from({ length: rows }, (_, row) => `row-${row}`).map((key) => (
        <div key={key} className="flex items-center gap-4">
          <Skeleton className="size-8 rounded-full" />
          <div className="grid flex-1 gap-2">
            <Skeleton className="w-2/5" />
            <Skeleton className="h-3 w-3/5" />
          </div>
        </div>
      ))}
    </div>
  )
}
