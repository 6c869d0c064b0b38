import type { Headers } from './headers.ts'

/** As the team's guide has it: three headers beside those that the record had. No partition and no offset. */
export const handWrittenDeadLetterHeaders = (
  headers: Headers,
  topic: string,
  error: string,
  retryCount: number,
): Headers => ({
  ...headers,
  'original-topic': Buffer.from(topic),
  'error-message': Buffer.from(error),
  'retry-count': Buffer.from(String(retryCount)),
})
