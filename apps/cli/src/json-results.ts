/**
 * What `--json` prints of commands that answer something of their own: the keys of one object, which stay. Lists are `{ items }`, and what
 * is shown, made or changed is as the API answers it. Source of the table in docs/cli.md.
 */
export const JSON_RESULTS = {
  'set-up': ['server', 'person'],
  join: ['server', 'person', 'appId'],
  login: ['server', 'person'],
  logout: ['server', 'revoked'],
  whoami: ['server', 'person'],
  'account password': ['changed'],
  'account token revoke': ['revoked'],
  'account session end': ['ended'],
  'people revoke-invitation': ['revoked'],
  'connection revoke-use': ['connectionId', 'appId'],
  'connection transfer': ['connectionId', 'to'],
  'connection remove': ['removed', 'apps'],
  'app withdraw': ['appId', 'withdrawn'],
  'app trigger-token revoke': ['revoked'],
  'app remove-member': ['appId', 'removed'],
  'app revoke-invitation': ['revoked'],
  'app delete': ['deleted'],
  'device remove': ['removed'],
  'build end': ['buildId', 'outcome'],
  'build-number next': ['bundleId', 'version', 'platform', 'buildNumber'],
} as const satisfies Record<string, readonly string[]>
