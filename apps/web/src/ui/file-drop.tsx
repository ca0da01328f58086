import { FileKey2, Upload } from 'lucide-react'
import { type DragEvent, useRef, useState } from 'react'
import { classes } from './classes.ts'
import { descriptions, FieldError } from './field.tsx'

interface FileDropProps {
  readonly id: string
  readonly label: string
  readonly help: string
  /** `.p8` */
  readonly accept: string
  readonly fileName: string | undefined
  readonly error: string | undefined
  readonly onFile: (file: File) => void
}

/** A zone to drop a file on, which is also the button of the file dialog. */
export function FileDrop({ id, label, help, accept, fileName, error, onFile }: FileDropProps) {
  const [over, setOver] = useState(false)
  const input = useRef<HTMLInputElement>(null)

  function take(files: FileList | null | undefined): void {
    const file = files?.item(0)
    if (file) onFile(file)
  }

  function onDrop(event: DragEvent): void {
    event.preventDefault()
    setOver(false)
    take(event.dataTransfer.files)
  }

  return (
    <div className="grid gap-1.5">
      <label htmlFor={id} className="text-sm font-medium">
        {label}
      </label>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: dropping is an extra for the mouse; the input inside serves everybody */}
      <div
        onDragOver={(event) => {
          event.preventDefault()
          setOver(true)
        }}
        onDragLeave={() => setOver(false)}
        onDrop={onDrop}
        className={classes(
          'relative grid justify-items-center gap-1 rounded-lg border border-dashed border-line-strong bg-sunken px-4 py-5 text-center',
          'hover:bg-hover has-[:focus-visible]:outline-2 has-[:focus-visible]:outline-offset-2 has-[:focus-visible]:outline-accent',
          over && 'border-accent bg-accent-soft',
          error !== undefined && 'border-danger',
        )}
      >
        <input
          ref={input}
          id={id}
          type="file"
          accept={accept}
          aria-invalid={error !== undefined || undefined}
          aria-describedby={descriptions(id, help, error)}
          className="absolute inset-0 size-full cursor-pointer opacity-0"
          onChange={(event) => {
            take(event.target.files)
            // The browser would otherwise keep the file, and not tell when the same one is chosen again.
            event.target.value = ''
          }}
        />
        <DropContent accept={accept} fileName={fileName} />
      </div>
      <p id={`${id}-help`} className="text-sm text-ink-soft">
        {help}
      </p>
      <FieldError id={id} error={error} />
    </div>
  )
}

function DropContent({ accept, fileName }: { readonly accept: string; readonly fileName: string | undefined }) {
  if (fileName === undefined) {
    return (
      <>
        <Upload className="size-5 text-ink-faint" aria-hidden="true" />
        <span className="font-medium">Drop the {accept} file here, or choose it</span>
      </>
    )
  }
  return (
    <span className="flex max-w-full items-center gap-2" role="status">
      <FileKey2 className="size-5 shrink-0 text-accent" aria-hidden="true" />
      <span className="min-w-0 truncate font-mono text-sm">{fileName}</span>
      <span className="text-sm text-ink-soft">Choose another</span>
    </span>
  )
}
