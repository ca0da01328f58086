import { z } from 'zod'

// zod compiles parsers with `new Function`, which the content security policy forbids. Imported before any schema is used.
z.config({ jitless: true })
