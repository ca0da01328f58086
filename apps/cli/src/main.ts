#!/usr/bin/env node
import { runCli } from './cli.ts'
import { readEnvironment } from './environment.ts'
import { processTerminal } from './process-terminal.ts'

process.exitCode = await runCli(process.argv.slice(2), {
  environment: readEnvironment(),
  terminal: processTerminal(),
  fetch,
})
