import { API_CATALOGUES } from '@cordon/api/catalogue'
import { appArchiveErrors } from '@cordon/app-archive/errors'
import { appleErrors } from '@cordon/apple/errors'
import { cliErrors } from '@cordon/cli/errors'
import type { ErrorSpec } from '@cordon/core/errors'
import { deliveryErrors } from '@cordon/delivery/engine/builds/errors'
import { metadataErrors } from '@cordon/delivery/engine/metadata/errors'
import { testflightErrors } from '@cordon/delivery/engine/testflight/errors'
import { provisioningErrors } from '@cordon/provisioning/engine/errors'
import { databaseErrors } from '@cordon/server/platform/db/errors'
import { vaultErrors } from '@cordon/server/platform/vault/errors'
import { signingErrors } from '@cordon/signing/errors'
import { controlErrors } from '@cordon/simulator/control/errors'
import { hostErrors } from '@cordon/simulator/hosts/errors'
import { deployErrors } from '@cordon/steps/deploy/errors'
import { stepErrors } from '@cordon/steps/errors'
import { xcodeErrors } from '@cordon/xcode/errors'

interface Catalogue {
  readonly $namespace: string
  readonly $specs: Readonly<Record<string, unknown>>
}

/** Every error catalogue of the product; each code has a page. */
const CATALOGUES: readonly Catalogue[] = [
  ...API_CATALOGUES,
  appArchiveErrors,
  appleErrors,
  cliErrors,
  controlErrors,
  databaseErrors,
  deliveryErrors,
  deployErrors,
  hostErrors,
  metadataErrors,
  provisioningErrors,
  signingErrors,
  stepErrors,
  testflightErrors,
  vaultErrors,
  xcodeErrors,
]

export interface CatalogueRow {
  readonly code: string
  readonly spec: ErrorSpec
}

export function catalogueRows(): readonly CatalogueRow[] {
  return CATALOGUES.flatMap((catalogue) =>
    Object.entries(catalogue.$specs).map(([name, spec]) => ({
      code: `${catalogue.$namespace}.${name}`,
      spec: spec as ErrorSpec,
    })),
  ).sort((a, b) => (a.code < b.code ? -1 : 1))
}
