import { secret } from '@cordon/core/secret'
import { useLayoutEffect, useRef, useState } from 'react'
import { TextField } from '../../../ui/field.tsx'
import { FileDrop } from '../../../ui/file-drop.tsx'
import { RadioChoice } from '../../../ui/radio-choice.tsx'
import { type FieldDescriptor, type FormValues, keyIdIn, readKeyFile, shownFields } from './form-values.ts'

const KEY_ID_FIELD = 'key.keyId'

interface ConnectionFieldsProps {
  readonly fields: readonly FieldDescriptor[]
  readonly values: FormValues
  readonly onValues: (values: FormValues) => void
  /** Messages of the server by field name. */
  readonly messages: Readonly<Record<string, string>>
}

/** Draws the fields that the API describes. */
export function ConnectionFields({ fields, values, onValues, messages }: ConnectionFieldsProps) {
  const [proposed, setProposed] = useState<string>()
  const [fileProblem, setFileProblem] = useState<string>()
  const latest = useRef(values)
  useLayoutEffect(() => {
    latest.current = values
  })

  function setText(name: string, text: string): void {
    onValues({ ...values, texts: { ...values.texts, [name]: text } })
  }

  async function takeFile(name: string, file: File): Promise<void> {
    const read = await readKeyFile(file)
    setFileProblem('problem' in read ? read.problem : undefined)
    if ('problem' in read) return
    const chosen = { fileName: file.name, text: secret(read.text) }
    const keyId = keyIdIn(file.name)
    // Those of now: somebody may have typed while the file was read.
    const { texts, files } = latest.current
    const typed = texts[KEY_ID_FIELD] ?? ''
    const proposes = keyId !== undefined && (typed === '' || typed === proposed)
    if (proposes) setProposed(keyId)
    onValues({
      texts: proposes ? { ...texts, [KEY_ID_FIELD]: keyId } : texts,
      files: { ...files, [name]: chosen },
    })
  }

  return shownFields(fields, values).map((field) => (
    <ConnectionField
      key={field.name}
      field={field}
      text={values.texts[field.name] ?? ''}
      fileName={values.files[field.name]?.fileName}
      message={field.kind === 'file' ? (fileProblem ?? messages[field.name]) : messages[field.name]}
      isProposed={field.name === KEY_ID_FIELD && proposed !== undefined && values.texts[field.name] === proposed}
      onText={(text) => setText(field.name, text)}
      onFile={(file) => void takeFile(field.name, file)}
    />
  ))
}

interface ConnectionFieldProps {
  readonly field: FieldDescriptor
  readonly text: string
  readonly fileName: string | undefined
  readonly message: string | undefined
  readonly isProposed: boolean
  readonly onText: (text: string) => void
  readonly onFile: (file: File) => void
}

function ConnectionField({ field, text, fileName, message, isProposed, onText, onFile }: ConnectionFieldProps) {
  const [left, setLeft] = useState(false)
  const id = `connection-${field.name.replaceAll('.', '-')}`
  if (field.kind === 'choice') {
    return (
      <RadioChoice layout="cards" id={id} label={field.label} value={text} onValue={onText} choices={field.choices} />
    )
  }
  if (field.kind === 'file') {
    return (
      <FileDrop
        id={id}
        label={field.label}
        help={field.help}
        accept=".p8"
        fileName={fileName}
        error={message}
        onFile={onFile}
      />
    )
  }
  const wrong =
    left && text.trim() !== '' && field.pattern !== null && !new RegExp(`^(?:${field.pattern})$`).test(text.trim())
  return (
    <TextField
      field={{
        id,
        name: field.name,
        value: text,
        onValue: onText,
        error: message ?? (wrong ? `Must be ${field.accepted}` : undefined),
      }}
      label={field.label}
      help={isProposed ? 'Taken from the name of the file.' : field.help}
      placeholder={field.placeholder}
      optional={field.optional}
      type={field.kind === 'password' ? 'password' : 'text'}
      mono={field.name.startsWith('key.')}
      // These are never the credentials of this site.
      autoComplete={field.kind === 'password' ? 'new-password' : 'off'}
      spellCheck={false}
      onBlur={() => setLeft(true)}
    />
  )
}
