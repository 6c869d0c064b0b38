import { describe, expect, it } from 'vitest'
import { outcome, planWarning, refusal, replayState } from '@/lib/contracts/replays'
import en from '@/lib/i18n/en/replays.json'
import ko from '@/lib/i18n/ko/replays.json'

const lists = {
  refusal: refusal.options,
  refusalHelp: refusal.options,
  warning: planWarning.options,
  warningKind: planWarning.options,
  state: replayState.options,
  outcome: outcome.options,
} as const

describe.each(Object.entries({ ko, en }))('words in %s', (_, words) => {
  it.each(Object.entries(lists))('%s has words for every code and for no other', (list, codes) => {
    const known: Record<string, string> = words[list as keyof typeof lists]
    expect(Object.keys(known).sort()).toEqual([...codes].sort())
    for (const text of Object.values(known)) expect(text.trim()).not.toBe('')
  })
})
