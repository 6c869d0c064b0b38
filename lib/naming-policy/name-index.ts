import { parseName } from './parse-name'
import type { NamingPolicy } from './policy'

export type Collision = { other: string; kind: 'dots' | 'case' }

type Node = { count: number; children: Map<string, Node>; sorted: string[] | null }

const newNode = (): Node => ({ count: 0, children: new Map(), sorted: null })

/**
 * The names that are taken, ready for questions: is it there, what does it collide with, what stands at this
 * place of others. Kept from look to look (`update` costs what changed), since a name is checked on every key
 * that is typed.
 */
export class NameIndex {
  readonly #names = new Set<string>()
  /** As they came last: brokers mostly tell the same names in the same order. */
  #listed: readonly string[] = []
  readonly #folded = new Map<string, string[]>()
  #tree: { policy: NamingPolicy; root: Node } | null = null

  constructor(names: Iterable<string> = []) {
    this.update(names)
  }

  get size(): number {
    return this.#names.size
  }

  /** Makes the index hold exactly these names; each stands in the list once. */
  update(names: Iterable<string>): void {
    const listed = [...names]
    const before = this.#listed
    // Most looks find what was there before: that costs a comparison a name and nothing else.
    if (listed.length === before.length && listed.every((name, i) => name === before[i])) return
    this.#listed = listed
    if (listed.length === this.#names.size && listed.every(name => this.#names.has(name))) return
    const now = new Set(listed)
    for (const name of this.#names) if (!now.has(name)) this.#remove(name)
    for (const name of now) if (!this.#names.has(name)) this.#add(name)
  }

  has(name: string): boolean {
    return this.#names.has(name)
  }

  /**
   * Another name that this one collides with: `dots` differ in `.` against `_` alone (Kafka keeps them apart
   * in names but not in metrics, and the controller refuses the second), `case` in capital letters too (file
   * systems and people take them for one).
   */
  collision(name: string): Collision | null {
    const bucket = this.#folded.get(fold(name))
    if (!bucket) return null
    const dotted = name.replaceAll('.', '_')
    let loose: string | null = null
    for (const other of bucket) {
      if (other === name) continue
      if (other.replaceAll('.', '_') === dotted) return { other, kind: 'dots' }
      loose ??= other
    }
    return loose === null ? null : { other: loose, kind: 'case' }
  }

  /** What names of as many parts as the policy has have at `index` behind the same parts, most used first. */
  used(policy: NamingPolicy, index: number, before: readonly string[]): readonly string[] {
    let node: Node | undefined = this.#treeOf(policy)
    for (const part of before.slice(0, index)) {
      node = node.children.get(part)
      if (!node) return []
    }
    node.sorted ??= [...node.children]
      .sort((a, b) => b[1].count - a[1].count || (a[0] < b[0] ? -1 : 1))
      .map(([value]) => value)
    return node.sorted
  }

  #treeOf(policy: NamingPolicy): Node {
    if (this.#tree?.policy !== policy) {
      this.#tree = { policy, root: newNode() }
      for (const name of this.#names) count(this.#tree, name, 1)
    }
    return this.#tree.root
  }

  #add(name: string): void {
    this.#names.add(name)
    const key = fold(name)
    const bucket = this.#folded.get(key)
    if (bucket) bucket.push(name)
    else this.#folded.set(key, [name])
    if (this.#tree) count(this.#tree, name, 1)
  }

  #remove(name: string): void {
    this.#names.delete(name)
    const key = fold(name)
    const rest = (this.#folded.get(key) ?? []).filter(other => other !== name)
    if (rest.length > 0) this.#folded.set(key, rest)
    else this.#folded.delete(key)
    if (this.#tree) count(this.#tree, name, -1)
  }
}

const fold = (name: string) => name.replaceAll('.', '_').toLowerCase()

function count(tree: { policy: NamingPolicy; root: Node }, name: string, by: 1 | -1): void {
  const { segments } = parseName(name, tree.policy)
  if (segments.length !== tree.policy.segments.length || segments.includes('')) return
  let node = tree.root
  for (const value of segments) {
    let next = node.children.get(value)
    if (!next) {
      if (by < 0) return
      next = newNode()
      node.children.set(value, next)
    }
    next.count += by
    node.sorted = null
    if (next.count === 0) {
      node.children.delete(value)
      return
    }
    node = next
  }
}
