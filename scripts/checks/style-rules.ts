export interface SourceFile {
  path: string
  text: string
}

/** A rule of the house that no tool of ours knows: what offends, and where it is looked for. */
interface StyleRule {
  name: string
  where: RegExp
  except?: RegExp
  /** Matched line by line. */
  offence: RegExp
}

const PALETTE =
  'slate|gray|zinc|neutral|stone|red|orange|amber|yellow|lime|green|emerald|teal|cyan|sky|blue|indigo|violet|purple|fuchsia|pink|rose'
const UTILITIES =
  'bg|text|border|ring|fill|stroke|from|via|to|divide|outline|decoration|accent|caret|shadow|placeholder'

// Spelt in pieces: this file is looked through as well.
const hosts = [
  ['registry', 'npmjs', 'org'],
  ['registry', 'yarnpkg', 'com'],
  ['repo1', 'maven', 'org'],
  ['repo', 'maven', 'apache', 'org'],
  ['deb', 'debian', 'org'],
  ['pypi', 'org'],
  ['files', 'pythonhosted', 'org'],
  ['proxy', 'golang', 'org'],
].map(parts => parts.join('\\.'))
const folders = ['work', 'root', 'Users'].map(name => `/${name}/`)
const marks = ['TO' + 'DO', 'FIX' + 'ME', 'X' + 'XX'] // biome-ignore format: one line

const SCREEN = /^(app|components)\/.*\.(tsx?|css)$/

export const STYLE_RULES: StyleRule[] = [
  {
    name: 'no raw colours: token classes only',
    where: SCREEN,
    except: /^app\/.*\.css$|\.test\.tsx?$/, // the tokens themselves are defined in app's style sheet
    offence:
      /(?<=["'`[(:,\s])(?!(?<=\s)#\d{3,4}\b)#(?:[0-9a-f]{8}|[0-9a-f]{6}|[0-9a-f]{3,4})(?![\w-])|\b(?:rgba?|hsla?|oklch|oklab)\(/i,
  },
  {
    name: "no classes of Tailwind's palette",
    where: SCREEN,
    offence: new RegExp(`\\b(?:${UTILITIES})-(?:(?:${PALETTE})-\\d{2,3}|white|black)\\b`),
  },
  {
    name: 'no hosts of package registries',
    where: /./,
    offence: new RegExp(`(?:${hosts.join('|')})`),
  },
  {
    name: 'no addresses in the lock file',
    where: /^package-lock\.json$/,
    offence: /"resolved":\s*"(?:https?|git)/,
  },
  {
    name: 'no paths of one machine',
    where: /./,
    except: /^package-lock\.json$/,
    offence: new RegExp(`(?<![\\w.*}~-])(?:${folders.join('|')})`),
  },
  {
    name: 'nothing left for later',
    where: /./,
    except: /^package-lock\.json$/,
    offence: new RegExp(`\\b(?:${marks.join('|')})\\b`),
  },
  {
    name: 'the compiler and the rules about any and ! are not silenced',
    where: /\.(tsx?|mjs|js)$/,
    offence: new RegExp(
      [
        '@ts-' + '(?:ignore|nocheck)',
        'biome-ignore' + ' lint/(?:suspicious/noExplicitAny|style/noNonNullAssertion)',
      ].join('|'),
    ),
  },
  {
    name: 'no comment of more than 120 characters a line',
    where: /\.(tsx?|mjs|cjs|js)$/,
    offence: /^(?=.{121})\s*(?:\/\/|\/\*|\*)/,
  },
]

/** Every offence against the rules, as `path:line  the line`, by the name of the rule. */
export function findOffences(files: SourceFile[], rules = STYLE_RULES): Map<string, string[]> {
  return new Map(
    rules.map(({ name, where, except, offence }) => {
      const looked = files.filter(({ path }) => where.test(path) && !except?.test(path))
      const found = looked.flatMap(({ path, text }) =>
        text
          .split('\n')
          .flatMap((line, at) =>
            offence.test(line) ? [`${path}:${at + 1}  ${line.trim().slice(0, 120)}`] : [],
          ),
      )
      return [name, found]
    }),
  )
}

/**
 * Unit tests that put something in place of a module (vi.mock) and neither begin nor end without those that were
 * read before: test files share what they import, so another file would have theirs, or they its.
 */
export function findMixedModules(files: SourceFile[]): string[] {
  const offends = ({ path, text }: SourceFile) =>
    /(?<!\.int)\.test\.tsx?$/.test(path) &&
    /^vi\.mock\(/m.test(text) &&
    !(
      /^vi\.hoisted\(\(\) => vi\.resetModules\(\)\)$/m.test(text) &&
      /^afterAll\(.*resetModules\(\)\)$/m.test(text)
    )
  return files.filter(offends).map(({ path }) => path)
}

const LINES_MAX = 400

/** Files of ours that are not under 400 lines, with their length. What tools generate is not ours. */
export function findLongFiles(files: SourceFile[]): string[] {
  const ours = files.filter(({ path }) => /\.(tsx?|mjs|cjs|js|css)$|^lib\/i18n\/.*\.json$/.test(path))
  return ours.flatMap(({ path, text }) => {
    const lines = text.trimEnd().split('\n').length
    return lines < LINES_MAX ? [] : [`${path}: ${lines} lines`]
  })
}
