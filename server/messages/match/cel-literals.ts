import type { ASTNode } from '@marcbachmann/cel-js'
import { isMacro, pathOf } from './cel-tree'

export type LiteralPart = 'key' | 'value' | 'headers'

/**
 * One of `texts` stands in the raw bytes of one of `parts` of every record that the filter lets through
 * (unless it is escaped there).
 */
export type NeededLiterals = { texts: readonly string[]; parts: ReadonlySet<LiteralPart> }

/** More alternatives cost more than they spare. */
const ALTERNATIVES_MAX = 8
/** Shorter ones are everywhere. */
const SHORTEST = 2
/** What a loop's variable stands for, by its name. */
type Bound = ReadonlyMap<string, LiteralPart>

/**
 * The texts that a filter can't do without: `value.id == "A-1"` is never true of a record whose bytes don't
 * hold `A-1`. Only equality, `contains`, `startsWith`, `endsWith` and `in` of a path that begins at key,
 * value or headers with a literal count; `&&` needs the better of its sides, `||` one of either. null where
 * nothing is sure.
 */
export function neededLiterals(ast: ASTNode): NeededLiterals | null {
  return needed(ast, new Map())
}

function needed(node: ASTNode, bound: Bound): NeededLiterals | null {
  switch (node.op) {
    case '&&':
      return better(needed(node.args[0], bound), needed(node.args[1], bound))
    case '||':
      return either(needed(node.args[0], bound), needed(node.args[1], bound))
    case '==':
      return equality(node.args[0], node.args[1], bound) ?? equality(node.args[1], node.args[0], bound)
    case 'in':
      return membership(node.args[0], node.args[1], bound)
    case 'rcall':
      return call(node, bound)
    default:
      return null
  }
}

function equality(path: ASTNode, literal: ASTNode, bound: Bound): NeededLiterals | null {
  const part = partOf(path, bound)
  return part === null ? null : one(textOf(literal), part)
}

function membership(item: ASTNode, list: ASTNode, bound: Bound): NeededLiterals | null {
  const holder = partOf(list, bound)
  // `"x" in value.tags`; of a map it asks for a name, which stands in JSON but in no Avro record: those are
  // decoded anyway.
  if (holder !== null) return one(textOf(item), holder)
  const part = partOf(item, bound)
  if (part === null || list.op !== 'list' || list.args.length === 0) return null
  let all: NeededLiterals | null = null
  for (const [i, element] of list.args.entries()) {
    const next = one(textOf(element), part)
    all = i === 0 ? next : either(all, next)
    if (all === null) return null
  }
  return all
}

function call(node: Extract<ASTNode, { op: 'rcall' }>, bound: Bound): NeededLiterals | null {
  const [name, receiver, args] = node.args
  if (name === 'contains' || name === 'startsWith' || name === 'endsWith') {
    const part = partOf(receiver, bound)
    const [literal] = args
    return part === null || literal === undefined ? null : one(textOf(literal), part)
  }
  if (isMacro(node) && (name === 'exists' || name === 'exists_one') && args.length === 2) {
    const part = partOf(receiver, bound)
    const [variable, condition] = args
    if (part === null || variable?.op !== 'id' || condition === undefined) return null
    return needed(condition, new Map([...bound, [variable.args, part]]))
  }
  return null
}

function partOf(node: ASTNode, bound: Bound): LiteralPart | null {
  const root = pathOf(node)?.[0]
  if (root === undefined) return null
  const held = bound.get(root)
  if (held !== undefined) return held
  return root === 'key' || root === 'value' || root === 'headers' ? root : null
}

function textOf(node: ASTNode): string | null {
  return node.op === 'value' && typeof node.args === 'string' ? node.args : null
}

function one(text: string | null, part: LiteralPart): NeededLiterals | null {
  if (text === null || text.length < SHORTEST || !text.isWellFormed()) return null
  return { texts: [text], parts: new Set([part]) }
}

function better(a: NeededLiterals | null, b: NeededLiterals | null): NeededLiterals | null {
  if (a === null || b === null) return a ?? b
  if (a.texts.length !== b.texts.length) return a.texts.length < b.texts.length ? a : b
  return shortest(a) >= shortest(b) ? a : b
}

const shortest = ({ texts }: NeededLiterals) => Math.min(...texts.map(text => text.length))

function either(a: NeededLiterals | null, b: NeededLiterals | null): NeededLiterals | null {
  if (a === null || b === null) return null
  const texts = [...new Set([...a.texts, ...b.texts])]
  return texts.length > ALTERNATIVES_MAX ? null : { texts, parts: new Set([...a.parts, ...b.parts]) }
}
