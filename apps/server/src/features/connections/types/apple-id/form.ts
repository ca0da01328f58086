import type { ConnectionTypeForm } from '@cordon/api/connections/schema'

const NOTHING_MORE = { placeholder: '', pattern: null, choices: [], hiddenWhen: null, optional: false }

/** The dialog "Apple ID". */
export const form: ConnectionTypeForm = {
  type: 'apple_id',
  title: 'Apple ID',
  summary:
    'For what no key does: attaching App Groups, iCloud containers and merchant IDs, and tools that want a session. Apple asks for a code about every 30 days.',
  helpUrl: 'https://support.apple.com/en-us/102660',
  submit: 'Store credentials',
  isOlder: true,
  fields: [
    {
      ...NOTHING_MORE,
      name: 'name',
      label: 'Name',
      kind: 'text',
      help: 'For you and the admins of your apps.',
      placeholder: 'Example Inc., CI account',
      pattern: '^.{1,80}$',
      accepted: 'a name of 1 to 80 characters',
    },
    {
      ...NOTHING_MORE,
      name: 'accountName',
      label: 'Apple ID',
      kind: 'text',
      help: 'The e-mail address of the Apple ID.',
      placeholder: 'ci@example.com',
      pattern: '^[^\\s@]{1,64}@[^\\s@]+\\.[^\\s@]+$',
      accepted: 'an e-mail address, such as "ci@example.com"',
    },
    {
      ...NOTHING_MORE,
      name: 'password',
      label: 'Password',
      kind: 'password',
      help: 'Encrypted at once and never shown again. Builds of authorised apps receive it: existing steps want it.',
      accepted: 'the password of the Apple ID',
    },
    {
      ...NOTHING_MORE,
      name: 'appSpecificPassword',
      label: 'App-specific password',
      kind: 'password',
      help: 'Only for uploads by Apple’s own tools; builds of authorised apps receive it, too. Made at account.apple.com › Sign-In and Security.',
      placeholder: 'abcd-efgh-ijkl-mnop',
      pattern: '^[a-z]{4}-[a-z]{4}-[a-z]{4}-[a-z]{4}$',
      accepted: 'four groups of four letters, as Apple shows it, or nothing',
      optional: true,
    },
  ],
}
