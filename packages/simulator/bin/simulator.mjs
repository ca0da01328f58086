#!/usr/bin/env node
// Runs the simulator from its sources, on every Node line that the project supports.
import { tsImport } from 'tsx/esm/api'

await tsImport('../src/main.ts', import.meta.url)
