import { existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { fail, repoDir, runNode24 } from './bootstrap.mjs'
import { beginTuned } from './lib/begin-tuned.mjs'

// npm start: the built server on Node 24, in this very process when it is one, so that signals need no passing on.

const isPortFree = (port, host) =>
  new Promise(answer => {
    const server = createServer()
    server.once('error', error => answer(error.code !== 'EADDRINUSE'))
    server.listen({ port, host, exclusive: true }, () => server.close(() => answer(true)))
  })

/** What cannot be read is the server's to complain of, in its own words. */
const readText = file => {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}

/**
 * The server changes into its own folder, which the next build deletes: paths mean the folder in which it was
 * started.
 */
const absolutePaths = (env, cwd) => {
  const { MILENA_CONFIG, MILENA_DATA } = env
  const config = resolve(cwd, MILENA_CONFIG || 'milena.yml')
  const hasFile = existsSync(config)
  const namesData = hasFile && /^dataDir:/m.test(readText(config))
  return {
    MILENA_CWD: cwd,
    ...(hasFile || MILENA_CONFIG ? { MILENA_CONFIG: config } : {}),
    ...(MILENA_DATA || !namesData ? { MILENA_DATA: resolve(cwd, MILENA_DATA || '.milena') } : {}),
  }
}

/** npm ends its shell and not what runs in it: when the shell is gone, somebody wanted the server to stop. */
const stopWithNpm = () => {
  const { ppid } = process
  if (!process.env.npm_lifecycle_event || ppid <= 1) return
  setInterval(() => {
    if (process.ppid !== ppid) process.kill(process.pid, 'SIGTERM')
  }, 500).unref()
}

const main = async () => {
  const server = join(repoDir, '.next', 'standalone', 'server.js')
  if (!existsSync(server) || !existsSync(join(repoDir, '.next', 'milena-build.json'))) {
    fail('BUILD_MISSING: Milena is not built yet; run npm run build first.')
  }
  if (Number.parseInt(process.versions.node, 10) < 24) {
    process.exit(await runNode24('scripts/start.mjs', process.argv.slice(2), { cwd: process.cwd() }))
  }
  beginTuned()
  const port = Number(process.env.PORT || 3000)
  // Some shells export the machine's name as HOSTNAME: an address is what counts here.
  const named = process.env.HOSTNAME ?? ''
  const host = named === 'localhost' || /^[\d.]+$|:/.test(named) ? named : '127.0.0.1'
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    fail(`PORT_INVALID: PORT is "${process.env.PORT}", which is no port.`)
  if (port !== 0 && !(await isPortFree(port, host))) {
    fail(
      `PORT_IN_USE: port ${port} of ${host} is taken by another program; end it or set PORT to another one.`,
    )
  }
  Object.assign(process.env, absolutePaths(process.env, process.cwd()), {
    NODE_ENV: 'production',
    PORT: String(port),
    HOSTNAME: host,
  })
  stopWithNpm()
  await import(pathToFileURL(server).href)
}

await main()
