import type { ASTNode } from '@marcbachmann/cel-js'

const MACROS: ReadonlySet<string> = new Set([
  'all',
  'exists',
  'exists_one',
  'map',
  'filter',
  'bind',
  'transformList',
  'transformMap',
])

/** A loop over a list or a map: `list.exists(x, condition)`. */
export function isMacro(node: ASTNode): boolean {
  return node.op === 'rcall' && MACROS.has(node.args[0])
}

/** The expressions directly inside. */
export function childrenOf(node: ASTNode): ASTNode[] {
  const found: ASTNode[] = []
  const gather = (part: unknown) => {
    if (Array.isArray(part)) for (const one of part) gather(one)
    else if (isNode(part)) found.push(part)
  }
  gather(node.args)
  return found
}

function isNode(part: unknown): part is ASTNode {
  return typeof part === 'object' && part !== null && 'op' in part && 'args' in part
}

/**
 * `value.a["b"][0].c` as `['value', 'a', 'b', 0, 'c']`: variables and what is picked from them by constants;
 * an index is a number. null for any other expression.
 */
export function pathOf(node: ASTNode): [string, ...string[]] | null {
  if (node.op === 'id') return [node.args]
  if (node.op === '.') {
    const base = pathOf(node.args[0])
    return base && [...base, node.args[1]]
  }
  if (node.op !== '[]') return null
  const [from, index] = node.args
  const base = pathOf(from)
  if (base === null || index.op !== 'value') return null
  return typeof index.args === 'string' || typeof index.args === 'bigint'
    ? [...base, String(index.args)]
    : null
}
