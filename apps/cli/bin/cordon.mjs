#!/usr/bin/env node
// Runs the command from its bundle, which is made anew when the sources are newer.
import { pathToFileURL } from 'node:url'
import { buildProgram } from '../../../scripts/programs/programs.mjs'

await import(pathToFileURL(await buildProgram('cordon')).href)
