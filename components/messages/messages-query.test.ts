import { expect, test } from 'vitest'
import { exportInput, loadMessagesParams, messagesInput, searchInput } from './messages-query'

const CHOICES = {
  read_committed: { isolation: 'read_committed' },
  read_uncommitted: { isolation: 'read_uncommitted', aborted: true },
} as const

test.each(['read_committed', 'read_uncommitted'] as const)(
  '%s: page, search and download ask for the same records, aborted ones with their mark',
  isolation => {
    const params = loadMessagesParams(new URLSearchParams({ isolation, contains: 'x' }))
    const { aborted, ...asked } = { aborted: undefined, ...CHOICES[isolation] }
    for (const input of [
      messagesInput('c', 't', params),
      searchInput('c', 't', params, null),
      exportInput('c', 't', params, 'ndjson', false),
    ]) {
      expect(input).toMatchObject(asked)
      expect(input.aborted).toBe(aborted)
    }
  },
)
