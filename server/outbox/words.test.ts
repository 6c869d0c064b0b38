import { expect, it } from 'vitest'
import en from '@/lib/i18n/en/errors.json'
import ko from '@/lib/i18n/ko/errors.json'
import { sayIn } from './words'

const stale = (version: number, by: string) => sayIn({ ko, en }, 'POLICY_STALE.hint', { version, by })

it('a version that never was is not said to be by nobody', () => {
  expect(stale(0, '').en).toBe(
    'The version that was edited never existed: the base of a first one is 0. Load the policy and save again.',
  )
  expect(stale(0, '').ko).toContain('첫 버전의 기준은 0입니다')
  expect(stale(7, 'kim').en).toContain('Version 7 by kim is the newest')
  expect(stale(7, 'kim').ko).toContain('kim 사용자가 저장한 7 버전')
})
