import { spawnSync } from 'node:child_process'

/**
 * Keeps what is in memory from reaching the disk: new files are for this user only, and a crash writes no core dump.
 * Says what could not be done.
 */
export function hardenProcess(): readonly string[] {
  process.umask(0o077)
  return coreDumpsOff() ? [] : ['core dumps could not be turned off; run the server with "ulimit -c 0"']
}

// Node cannot set its own limits; prlimit of util-linux can. Elsewhere the limit is inherited from who starts the server.
function coreDumpsOff(): boolean {
  if (process.platform !== 'linux') return false
  return spawnSync('prlimit', ['--core=0:0', '--pid', String(process.pid)], { stdio: 'ignore' }).status === 0
}
