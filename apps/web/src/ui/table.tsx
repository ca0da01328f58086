// biome-ignore-all lint/a11y/noRedundantRoles: the cards of a phone are laid out with display: block, which takes a table's roles away
import type { ReactNode } from 'react'
import type { Pages } from '../platform/queries.ts'
import { Button } from './button.tsx'
import { classes } from './classes.ts'
import { Problem } from './problem.tsx'
import { SkeletonRows } from './skeleton.tsx'

/** One column: its heading and what stands in a row. */
export interface Column<T> {
  readonly name: string
  readonly cell: (row: T) => ReactNode
  /** Heading for screen readers only, and none on a card. */
  readonly quiet?: boolean
  /** As wide as its content. */
  readonly narrow?: boolean
}

interface TableProps<T> {
  readonly label: string
  readonly columns: ReadonlyArray<Column<T>>
  readonly rows: readonly T[]
  readonly rowKey: (row: T) => string
}

/** A table; on a phone each row is a card. The roles keep it a table for screen readers there, too. */
export function Table<T>({ label, columns, rows, rowKey }: TableProps<T>) {
  return (
    <table role="table" aria-label={label} className="table-cards w-full border-collapse text-left">
      <thead role="rowgroup">
        <tr role="row">
          {columns.map((column) => (
            <th key={column.name} role="columnheader" scope="col" className={headClass(column.quiet)}>
              {column.quiet ? <span className="sr-only">{column.name}</span> : column.name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup">
        {rows.map((row) => (
          <tr key={rowKey(row)} role="row" className="border-t border-line first:border-t-0 md:hover:bg-hover/50">
            {columns.map((column) => (
              <td
                key={column.name}
                role="cell"
                data-label={column.quiet ? undefined : column.name}
                data-actions={column.quiet ? '' : undefined}
                className={classes('py-3 align-middle md:px-5', column.narrow && 'md:w-px md:whitespace-nowrap')}
              >
                {column.cell(row)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function headClass(quiet: boolean | undefined): string {
  return classes('border-b border-line px-5 py-2 text-xs font-medium text-ink-faint', quiet && 'w-px')
}

interface PagedTableProps<T> extends Omit<TableProps<T>, 'rows'> {
  readonly pages: Pages<T>
  /** Shown when there is nothing. */
  readonly empty: ReactNode
}

/** A table of a paged list: while it loads, when it fails, when it is empty, and with more to come. */
export function PagedTable<T>({ pages, empty, ...table }: PagedTableProps<T>) {
  return (
    <Paged pages={pages} empty={empty}>
      <Table {...table} rows={pages.items} />
    </Paged>
  )
}

/** The states around a paged list of any look. */
export function Paged<T>({
  pages,
  empty,
  children,
}: {
  readonly pages: Pages<T>
  readonly empty: ReactNode
  readonly children: ReactNode
}) {
  if (pages.isLoading) return <SkeletonRows />
  if (pages.error !== null && pages.items.length === 0) {
    return (
      <div className="p-4 md:p-5">
        <Problem error={pages.error} onRetry={pages.retry} />
      </div>
    )
  }
  if (pages.items.length === 0) return <>{empty}</>
  return (
    <>
      {children}
      <LoadMore pages={pages} />
    </>
  )
}

function LoadMore<T>({ pages }: { readonly pages: Pages<T> }) {
  if (!pages.hasMore) return null
  return (
    <div className="grid justify-items-center border-t border-line p-3">
      <Button kind="quiet" pending={pages.isLoadingMore} onClick={pages.loadMore}>
        Load more
      </Button>
    </div>
  )
}
