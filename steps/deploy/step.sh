#!/usr/bin/env bash
# Made from the declaration of the step deploy (npm run generate); changes here are lost.
set -euo pipefail

folder="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
program="$folder/dist/main.cjs"

if ! node -e 'process.exit(Number(process.versions.node.split(".")[0]) >= 20 ? 0 : 1)' 2>/dev/null; then
  echo "error: the step deploy needs Node 20 or later; this machine has $(node --version 2>/dev/null || echo none)" >&2
  exit 1
fi
if [ ! -f "$program" ]; then
  echo "error: $program is missing: use a released version of the step, or build it with npm run build:steps" >&2
  exit 1
fi
exec node "$program" bitrise
