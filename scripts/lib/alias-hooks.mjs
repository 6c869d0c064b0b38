import { existsSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { fileURLToPath, pathToFileURL } from 'node:url'

// `node --import ./scripts/lib/alias-hooks.mjs x.ts`: runs the server's TypeScript on Node 24 as it stands
// (`@/` and imports without an ending, as the bundler takes them), so that tests can start and kill real
// processes without a build.
const root = new URL('../../', import.meta.url)

const candidates = url => [url, `${url}.ts`, `${url}/index.ts`]

registerHooks({
  resolve(specifier, context, nextResolve) {
    const isOurs = specifier.startsWith('@/') || /^\.{1,2}\//.test(specifier)
    const inModules = context.parentURL?.includes('/node_modules/')
    if (!isOurs || inModules) return nextResolve(specifier, context)
    const base = specifier.startsWith('@/')
      ? new URL(specifier.slice(2), root)
      : new URL(specifier, context.parentURL)
    const found = candidates(fileURLToPath(base)).find(path => /\.\w+$/.test(path) && existsSync(path))
    if (!found) return nextResolve(specifier, context)
    const attributes = found.endsWith('.json') ? { type: 'json' } : context.importAttributes
    return nextResolve(pathToFileURL(found).href, { ...context, importAttributes: attributes })
  },
  load(url, context, nextLoad) {
    return url.endsWith('.json')
      ? nextLoad(url, { ...context, importAttributes: { type: 'json' } })
      : nextLoad(url, context)
  },
})
