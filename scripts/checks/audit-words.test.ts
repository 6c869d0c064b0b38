import { expect, test } from 'vitest'
import { PRUNED } from '@/server/audit/chain'
import en from '../../lib/i18n/en/audit.json' with { type: 'json' }
import ko from '../../lib/i18n/ko/audit.json' with { type: 'json' }
import { ACTIONS } from '../../lib/permissions.ts'
import { readTree } from './tree.ts'

/** `action: 'a.b'`, and both sides of `action: x ? 'a.b' : 'c.d'`. */
const LITERAL = /\baction: (?:[^\n{}]*\? )?'([a-z]+\.[\w.-]+)'(?: : '([a-z]+\.[\w.-]+)')?/g

function actionsIn(text: string): string[] {
  return [...text.matchAll(LITERAL)].flatMap(([, one = '', other]) => (other ? [one, other] : [one]))
}

/**
 * Whatever the audit log may name: mutations as the sources write them, and the rights by which something is
 * denied.
 */
function allActions(): string[] {
  const sources = readTree().filter(
    ({ path }) => /^server\/.*\.ts$/.test(path) && !/\.test\.ts$|testing|-until-killed/.test(path),
  )
  return [
    ...new Set([...sources.flatMap(({ text }) => actionsIn(text)), ...Object.keys(ACTIONS), PRUNED]),
  ].sort()
}

test('the sources are read as they are written', () => {
  expect(actionsIn("{ action: 'topic.create', x }")).toEqual(['topic.create'])
  expect(actionsIn("action: kind === 'copy' ? 'replay.copy' : 'replay.run',")).toEqual([
    'replay.copy',
    'replay.run',
  ])
  expect(actionsIn("action: draft ? 'request.draft' : 'request.file',")).toEqual([
    'request.draft',
    'request.file',
  ])
  const found = allActions()
  expect(found.length).toBeGreaterThan(60)
  for (const one of ['deadletter.rule.create', 'replay.copy', 'replay.schedule.update', 'record.export'])
    expect(found).toContain(one)
})

test('everything that is audited has words in both languages', () => {
  const without = (words: Record<string, string>) =>
    allActions().filter(action => !words[action.replaceAll('.', '_')])
  expect({ en: without(en.actions), ko: without(ko.actions) }).toEqual({ en: [], ko: [] })
})
