import { lastCause } from './exception'
import { hashText } from './hash-text'

/**
 * Frames of these are a framework's, all others the application's: only those tell one mistake from another. An
 * entry that ends in `/` is looked for anywhere in a path.
 */
export const FRAMEWORK_PREFIXES: readonly string[] = [
  'java.',
  'javax.',
  'jakarta.',
  'jdk.',
  'sun.',
  'kotlin.',
  'scala.',
  'reactor.',
  'io.micrometer.',
  'io.netty.',
  'org.apache.',
  'org.springframework.',
  'org.hibernate.',
  'com.fasterxml.',
  'tools.jackson.',
  'node:',
  'node_modules/',
]

const MAX_LINES = 2000
const MAX_LINE_LENGTH = 2000

export type StackLine = {
  text: string
  /** `more`: Java's `... 12 more`, which stands for frames that were printed before. */
  kind: 'frame' | 'cause' | 'more' | 'text'
  /** Of a frame: the application's own. */
  application: boolean
}

/**
 * The lines of a trace with what they are, so that a screen can fold the framework's. At most 2,000 lines of
 * 2,000 characters.
 */
export function foldStackTrace(
  stackTrace: string,
  prefixes: readonly string[] = FRAMEWORK_PREFIXES,
): StackLine[] {
  const lines: StackLine[] = []
  for (const line of linesOf(stackTrace, 0)) {
    if (lines.length >= MAX_LINES) break
    lines.push(toLine(line, prefixes))
  }
  return lines
}

/**
 * Up to `count` top application frames as `Class.method`, without line numbers and without what changes from run to run
 * (proxy hashes, lambda numbers). Of the root cause's section; where that has none, of the whole trace from its top.
 */
export function topApplicationFrames(
  stackTrace: string | null,
  prefixes: readonly string[] = FRAMEWORK_PREFIXES,
  count = 3,
): string[] {
  if (stackTrace === null) return []
  const cause = lastCause(stackTrace)
  const ofCause = cause === null ? [] : framesOfCause(stackTrace, cause.index, prefixes, count)
  return ofCause.length > 0 ? [...ofCause] : framesFrom(stackTrace, 0, prefixes, count)
}

/** Letters of one failure differ in the line that names it; what stands below it is read once. */
const KNOWN_MAX = 200
/** The first frames tell traces apart, and the length: looking at all of each letter takes as long as reading it. */
const PLACE_CHARS = 160
const known = new Map<number, { below: string; frames: readonly string[] }>()
let knownFor: { prefixes: readonly string[]; count: number } | null = null

function framesOfCause(
  stackTrace: string,
  index: number,
  prefixes: readonly string[],
  count: number,
): readonly string[] {
  const line = stackTrace.indexOf('\n', index)
  if (line < 0) return []
  if (knownFor?.prefixes !== prefixes || knownFor.count !== count || known.size >= KNOWN_MAX) known.clear()
  knownFor = { prefixes, count }
  const below = stackTrace.slice(line + 1)
  const place = hashText(below, PLACE_CHARS)
  const found = known.get(place)
  if (found?.below === below) return found.frames
  const frames = framesFrom(below, 0, prefixes, count)
  known.set(place, { below, frames })
  return frames
}

function framesFrom(stackTrace: string, index: number, prefixes: readonly string[], count: number): string[] {
  const names: string[] = []
  let seen = 0
  for (const line of linesOf(stackTrace, index)) {
    if (names.length >= count || ++seen > MAX_LINES) break
    const frame = frameOf(line)
    if (frame === null || !isApplication(frame, prefixes)) continue
    const name = stableName(frame)
    if (names.at(-1) !== name) names.push(name)
  }
  return names
}

function* linesOf(text: string, from: number): Generator<string> {
  let at = from
  while (at < text.length) {
    const end = text.indexOf('\n', at)
    const stop = end < 0 ? text.length : end
    const line = text.slice(at, Math.min(stop, at + MAX_LINE_LENGTH))
    yield line.endsWith('\r') ? line.slice(0, -1) : line
    at = stop + 1
  }
}

function toLine(text: string, prefixes: readonly string[]): StackLine {
  const frame = frameOf(text)
  if (frame !== null) return { text, kind: 'frame', application: isApplication(frame, prefixes) }
  if (/^\s*(?:Caused by|Suppressed): /.test(text)) return { text, kind: 'cause', application: false }
  if (/^\s*\.\.\. \d+ (?:more|common frames omitted)$/.test(text))
    return { text, kind: 'more', application: false }
  return { text, kind: 'text', application: false }
}

type Frame = { name: string; location: string }

/** `at app//com.acme.Orders.charge(Orders.java:12)`, `at charge (/app/pay.js:10:5)`, `at node:internal/timers:10:5`. */
function frameOf(line: string): Frame | null {
  const text = line.trimStart()
  if (text.length === line.length || !text.startsWith('at ')) return null
  const body = text.slice(3).trimEnd()
  const open = body.lastIndexOf('(')
  if (open < 0) return /:\d+$/.test(body) ? { name: '', location: body.replace(/^async /, '') } : null
  const close = body.indexOf(')', open)
  const location = body.slice(open + 1, close < 0 ? body.length : close)
  // A class loader's or module's name in front: `app//`, `java.base@21/`.
  const name = body
    .slice(0, open)
    .trim()
    .replace(/^(?:[\w.@-]{0,200}\/){1,3}/, '')
    .replace(/^async /, '')
  // A message's own line (`at least one (1) item`) is no frame.
  if (name === '' || (/\s/.test(name) && !/:\d+$/.test(location))) return null
  return { name, location }
}

function isApplication(frame: Frame, prefixes: readonly string[]): boolean {
  const { name, location } = frame
  // `Promise.all (index 0)`, `Array.map (<anonymous>)`: the engine's.
  if (location === '<anonymous>' || location === 'native' || location.startsWith('index ')) return false
  return !prefixes.some(prefix =>
    prefix.endsWith('/') ? location.includes(prefix) : name.startsWith(prefix) || location.startsWith(prefix),
  )
}

function stableName({ name, location }: Frame): string {
  if (name === '') return location.replace(/(?::\d+){1,2}$/, '')
  const dot = name.lastIndexOf('.')
  const owner = dot < 0 ? '' : name.slice(0, dot)
  const method = name.slice(dot + 1).replace(/^lambda\$(.+?)\$\d+$/, 'lambda$$$1')
  // `Orders$$SpringCGLIB$$0`, `Orders$$Lambda$14/0x0000700`: made anew at every start.
  const proxy = owner.indexOf('$$')
  return owner === '' ? method : `${proxy < 0 ? owner : owner.slice(0, proxy)}.${method}`
}
