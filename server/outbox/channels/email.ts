import { createTransport } from 'nodemailer'
import type { EmailChannel } from '@/server/config/types'
import { DeliveryError } from '../delivery-error'
import { type Channel, type ChannelDeps, wordsIn } from './channel'

const LIMIT_MS = 15_000

/** E-mail by SMTP: plain text. Message-ID is the message's own id, so that a mailbox that got it twice can tell. */
export function emailChannel(config: EmailChannel, deps: ChannelDeps): Channel {
  const { language } = config
  const host = new URL(deps.publicUrl).hostname
  return {
    async deliver({ id, notice }) {
      const called = notice.mentions.flatMap(name => {
        const email = deps.users.find(user => user.username === name)?.contacts?.email
        return email ? [email] : []
      })
      const lines = [
        notice.title[language],
        '',
        ...notice.fields.map(({ label, value }) => `${label[language]}: ${wordsIn(language, value)}`),
        '',
        deps.publicUrl + notice.path,
      ]
      const transport = createTransport({
        host: config.host,
        port: config.port,
        secure: config.tls === 'implicit',
        requireTLS: config.tls === 'starttls',
        ignoreTLS: config.tls === 'none',
        ...(config.username === null ? {} : { auth: { user: config.username, pass: config.password ?? '' } }),
        connectionTimeout: LIMIT_MS,
        greetingTimeout: LIMIT_MS,
        socketTimeout: LIMIT_MS,
        // Nothing of a message is read from a file or an address.
        disableFileAccess: true,
        disableUrlAccess: true,
      })
      try {
        await transport.sendMail({
          from: config.from,
          to: [...new Set([...config.to, ...called])],
          subject: notice.title[language].replace(/\s+/g, ' ').slice(0, 200),
          text: lines.join('\n'),
          messageId: `<${id}@${host}>`,
          headers: { 'X-Milena-Event': notice.event, 'X-Milena-Subject': notice.subject.slice(0, 200) },
        })
      } catch (error) {
        throw new DeliveryError(codeOf(error), { cause: error })
      } finally {
        transport.close()
      }
      return null
    },
  }
}

function codeOf(error: unknown) {
  const code = error instanceof Error && 'code' in error ? error.code : null
  if (code === 'ETIMEDOUT') return 'TIMED_OUT'
  return code === 'ECONNECTION' || code === 'EDNS' || code === 'ESOCKET' || code === 'ECONNREFUSED'
    ? 'UNREACHABLE'
    : 'REFUSED'
}
