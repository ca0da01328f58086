import { defineErrors, details } from '@cordon/core/errors'

/** Why a database cannot be used. Seen by who starts the server. */
export const databaseErrors = defineErrors('database', {
  in_use: {
    status: 503,
    kind: 'internal',
    title: 'Another Cordon server uses this data folder',
    remedy: 'Stop the other server, or set CORDON_DATA_DIR to another folder; several servers need PostgreSQL.',
    details: details<{ file: string }>(),
  },
  newer: {
    status: 503,
    kind: 'internal',
    title: 'The database was made by a newer version of Cordon',
    remedy: 'Install the version that made it, or a newer one; a database is never taken back.',
    details: details<{ migration: string }>(),
  },
  unreachable: {
    status: 503,
    kind: 'internal',
    title: 'The database does not answer',
    remedy: 'Check CORDON_DATABASE_URL, and that PostgreSQL runs and lets Cordon in.',
  },
  not_durable: {
    status: 503,
    kind: 'internal',
    title: 'PostgreSQL is set to lose acknowledged writes',
    remedy: 'Set "fsync" and "synchronous_commit" to "on" for this database.',
    details: details<{ setting: string; value: string }>(),
  },
})
