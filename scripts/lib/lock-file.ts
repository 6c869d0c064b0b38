/** One package of package-lock.json. */
export interface LockedPackage {
  version?: string
  dev?: boolean
  optional?: boolean
  os?: string[]
  cpu?: string[]
  libc?: string[]
  optionalDependencies?: Record<string, string>
}

export interface LockFile {
  packages: Record<string, LockedPackage>
}

const SYSTEMS = /(?:^|[-/])(android|darwin|freebsd|linux|openharmony|win32)(?=-|$)/
const PROCESSORS = /(?:^|[-/])(arm64|arm|x64|ia32|ppc64|riscv64|s390x|wasm32)(?=-|$)/

/** Which machines a binary package is for, as its name says: `core-linux-arm-gnueabihf`, `binding-linux-x64-musl`. */
export function platformOf(name: string): Pick<LockedPackage, 'os' | 'cpu' | 'libc'> {
  const os = SYSTEMS.exec(name)?.[1]
  const cpu = PROCESSORS.exec(name)?.[1]
  const libc =
    os === 'linux' ? (/-(?:musl|musleabihf)$/.test(name) ? 'musl' : /-gnu\w*$/.test(name) ? 'glibc' : '') : ''
  return { ...(os ? { os: [os] } : {}), ...(cpu ? { cpu: [cpu] } : {}), ...(libc ? { libc: [libc] } : {}) }
}

const isFound = (lock: LockFile, from: string, name: string): boolean => {
  if (lock.packages[`${from}${from ? '/' : ''}node_modules/${name}`]) return true
  if (from === '') return false
  const above = from.lastIndexOf('/node_modules/')
  return isFound(lock, above === -1 ? '' : from.slice(0, above), name)
}

/**
 * Binaries of other platforms that packages name and the lock file does not hold. A registry that carries only our own
 * platform's makes npm leave them out, and then `npm ci` refuses the file, everywhere.
 */
export function findMissingBinaries(lock: LockFile): Record<string, LockedPackage> {
  const missing = Object.entries(lock.packages).flatMap(([path, { dev, optionalDependencies = {} }]) =>
    Object.entries(optionalDependencies)
      .filter(([name]) => !isFound(lock, path, name))
      .map(([name, version]): [string, LockedPackage] => {
        const entry = { version, ...(dev ? { dev } : {}), optional: true, ...platformOf(name) }
        return [`node_modules/${name}`, entry]
      }),
  )
  return Object.fromEntries(missing)
}
