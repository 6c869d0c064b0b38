import { AppError } from '@/lib/errors'

/** Kafka's and Milena's own topics (`__*`) are never changed from here. Throws STATE_CONFLICT. */
export function refuseSystemTopic(topic: string): void {
  if (topic.startsWith('__')) {
    throw new AppError('STATE_CONFLICT', {
      detail: 'System topics are not changed here.',
      params: { state: 'system' },
    })
  }
}

/** Throws INPUT_INVALID unless the name of the topic is repeated. */
export function requireConfirm(topic: string, confirm: string): void {
  if (confirm === topic) return
  const message = 'Repeat the name of the topic.'
  throw new AppError('INPUT_INVALID', { fields: [{ path: 'confirm', code: 'CONFIRM_MISMATCH', message }] })
}
