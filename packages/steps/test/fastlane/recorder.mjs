// Stands in fastlane's place, and in that of gem and bundle: writes down how it was called, then does what RECORDER_PLAN says.
import { appendFileSync, existsSync, readFileSync, statSync, writeFileSync, writeSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'

const folder = process.env.RECORDER_FOLDER
const plan = JSON.parse(readFileSync(join(folder, 'plan.json'), 'utf8'))
const keyPath = process.env.APP_STORE_CONNECT_API_KEY_PATH
const program = basename(process.argv[1], '.mjs')
const args = process.argv.slice(2)

appendFileSync(
  join(folder, 'record.jsonl'),
  `${JSON.stringify({
    program,
    args,
    cwd: process.cwd(),
    env: process.env,
    pid: process.pid,
    ...(keyPath && {
      key: {
        content: JSON.parse(readFileSync(keyPath, 'utf8')),
        mode: statSync(keyPath).mode & 0o777,
        folderMode: statSync(dirname(keyPath)).mode & 0o777,
        outerMode: statSync(dirname(dirname(keyPath))).mode & 0o777,
      },
    }),
  })}\n`,
)
if (program !== 'fastlane' && !args.includes('exec')) process.exit(plan.gemsExit ?? 0)
if (process.env.FL_BUILDLOG_PATH && plan.log) writeFileSync(join(process.env.FL_BUILDLOG_PATH, 'gym.log'), plan.log)
for (const piece of plan.say ?? []) {
  writeSync(1, piece)
  await wait(15)
}
if (plan.sayToError) writeSync(2, plan.sayToError)
if (plan.hang) {
  writeFileSync(join(folder, 'hanging'), '')
  while (existsSync(join(folder, 'hanging'))) await wait(20)
}
process.exit(plan.exit ?? 0)
