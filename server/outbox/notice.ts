import * as z from 'zod'

/** Cut, not refused: a long description must not keep what it tells about from happening. */
const text = z
  .string()
  .transform(given => (given.length > 4000 ? `${given.slice(0, 3999)}…` : given).toWellFormed())
const words = z.object({ ko: text, en: text })
/** One text in both languages: a channel takes its own. */
export type Words = z.output<typeof words>

export const noticeSchema = z.object({
  /** `request.submitted`, `dead-letter.new`: what channels choose by. */
  event: z.string().regex(/^[a-z-]+(\.[a-z-]+)*$/),
  /** `request:<id>`: notices of one subject reach a channel in their order, and share its message or issue. */
  subject: z.string().min(1).max(300),
  cluster: z.string().nullable(),
  /** Page of the console, from `routes`. */
  path: z.string().max(2000),
  title: words,
  fields: z
    .array(z.object({ label: words, value: z.union([text, words]) }))
    .transform(list => list.slice(0, 20)),
  tone: z.enum(['info', 'ok', 'warn', 'error']),
  /** For programs: a generic webhook gets it as it is. */
  data: z.record(z.string(), z.unknown()),
  /** Buttons, where the channel has them; `value` comes back with the click. */
  actions: z
    .array(
      z.object({ id: z.string(), label: words, value: z.string(), style: z.enum(['primary', 'danger']) }),
    )
    .max(5)
    .default([]),
  /** Where the subject stands now, for channels that know states: the Jira transition is chosen by it. */
  status: z.string().nullable().default(null),
  /** Users of the configuration who are called by name, where the channel knows them. */
  mentions: z
    .array(z.string())
    .default([])
    .transform(list => list.slice(0, 20)),
})
/** Something that channels are told. */
export type Notice = z.output<typeof noticeSchema>
export type NewNotice = z.input<typeof noticeSchema>
