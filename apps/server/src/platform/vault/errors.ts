import { defineErrors, details } from '@cordon/core/errors'

/** Why secrets cannot be kept or opened. */
export const vaultErrors = defineErrors('vault', {
  key_missing: {
    status: 503,
    kind: 'internal',
    title: 'The master key is missing',
    remedy:
      'Put the master key file back where CORDON_KEY_FILE says; no new one is made while the database holds secrets made with the old one.',
    details: details<{ keyId: string; file: string }>(),
  },
  key_mismatch: {
    status: 503,
    kind: 'internal',
    title: 'The master key does not belong to this database',
    remedy: 'Put the master key file that this database was made with where CORDON_KEY_FILE says.',
    details: details<{ needs: string; has: string; file: string }>(),
  },
  key_file_unusable: {
    status: 503,
    kind: 'internal',
    title: 'The master key file cannot be used',
    remedy: 'Give the server the file as it made it: 32 bytes, readable by its own user only (mode 0600).',
    details: details<{ file: string; problem: string }>(),
  },
  not_opened: {
    status: 500,
    kind: 'internal',
    title: 'A stored secret does not open',
    remedy: 'Tell an administrator: the row was changed, moved or put back, or belongs to another master key.',
    details: details<{ table: string; rowId: string; version: number }>(),
  },
})
