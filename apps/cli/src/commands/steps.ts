import type { Command } from 'commander'
import type { Context } from '../context.ts'
export function addStepsCommands(_program: Command, _getContext: (command: Command) => Context): void {}
