import { join } from 'node:path'
import { freePorts } from '../lib/ports.ts'
import { holdNode, type Kafka, retryPorts } from './kafka.ts'
import { dirFor, HOST, type KafkaOptions, nodeSpec, type Properties, type ScramUser } from './kafka-spec.ts'
import { makePki, type Pki } from './pki.ts'

export interface SecureKafka extends Kafka {
  /** Bootstrap addresses by listener; `bootstrap` itself is the plaintext one, where everybody is a super user. */
  listeners: {
    plaintext: string
    /** PLAIN, SCRAM-SHA-256 and SCRAM-SHA-512. */
    saslPlaintext: string
    /** Wants a client certificate. */
    ssl: string
    /** SCRAM-SHA-512 over TLS. */
    saslSsl: string
  }
  pki: Pki
  /** `admin` may do everything; `alice` only what ACLs give her. */
  users: { admin: ScramUser; alice: ScramUser }
}

interface Ports {
  plaintext: number
  saslPlaintext: number
  ssl: number
  saslSsl: number
}

const USERS = {
  admin: { name: 'admin', password: 'admin-pw' },
  alice: { name: 'alice', password: 'alice-pw' },
}

const SECURITY = 'org.apache.kafka.common.security'
const SCRAM_MODULE = `${SECURITY}.scram.ScramLoginModule required;`
const PLAIN_MODULE = `${SECURITY}.plain.PlainLoginModule required ${Object.values(USERS)
  .map(({ name, password }) => `user_${name}="${password}"`)
  .join(' ')};`

function listenerProperties(ports: Ports, controllerPort: number): Properties {
  const client = [
    `PLAINTEXT://${HOST}:${ports.plaintext}`,
    `SASL_PLAINTEXT://${HOST}:${ports.saslPlaintext}`,
    `SSL://${HOST}:${ports.ssl}`,
    `SASL_SSL://${HOST}:${ports.saslSsl}`,
  ].join(',')
  const same = ['PLAINTEXT', 'SASL_PLAINTEXT', 'SSL', 'SASL_SSL'].map(name => `${name}:${name}`).join(',')
  return {
    listeners: `${client},CONTROLLER://${HOST}:${controllerPort}`,
    'advertised.listeners': client,
    'listener.security.protocol.map': `${same},CONTROLLER:PLAINTEXT`,
    'inter.broker.listener.name': 'PLAINTEXT',
  }
}

function securityProperties(pki: Pki): Properties {
  return {
    'sasl.enabled.mechanisms': 'PLAIN,SCRAM-SHA-256,SCRAM-SHA-512',
    'listener.name.sasl_plaintext.plain.sasl.jaas.config': PLAIN_MODULE,
    'listener.name.sasl_plaintext.scram-sha-256.sasl.jaas.config': SCRAM_MODULE,
    'listener.name.sasl_plaintext.scram-sha-512.sasl.jaas.config': SCRAM_MODULE,
    'listener.name.sasl_ssl.sasl.enabled.mechanisms': 'SCRAM-SHA-512',
    'listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config': SCRAM_MODULE,
    'listener.name.sasl_ssl.ssl.client.auth': 'none',
    'ssl.client.auth': 'required',
    'ssl.keystore.type': 'PEM',
    'ssl.keystore.location': pki.server.chainFile,
    'ssl.truststore.type': 'PEM',
    'ssl.truststore.location': pki.caFile,
    'ssl.principal.mapping.rules': 'RULE:^CN=([^,]+),.*$/$1/,RULE:^CN=([^,]+)$/$1/,DEFAULT',
    'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
    'super.users': 'User:admin;User:ANONYMOUS', // ANONYMOUS is the plaintext listener: for tests only
  }
}

/** One broker with every way in that Milena's clients know, ACLs on, and the certificates that go with it. */
export function startSecureKafka(options: KafkaOptions = {}): Promise<SecureKafka> {
  const start = async () => {
    const [free = 0, saslPlaintext = 0, ssl = 0, saslSsl = 0, controllerPort = 0] = await freePorts(5)
    const ports = { plaintext: options.port ?? free, saslPlaintext, ssl, saslSsl }
    const dir = dirFor(options.dir)
    const pki = await makePki(join(dir, 'pki'))
    const properties = {
      ...listenerProperties(ports, controllerPort),
      ...securityProperties(pki),
      ...options.properties,
    }
    const self = { nodeId: 1, port: ports.plaintext, controllerPort }
    const scram = [...Object.values(USERS), ...(options.scram ?? [])]
    const spec = nodeSpec(self, [self], { ...options, dir, properties, scram })
    const kafka = await holdNode({ ...spec, removeDir: options.dir === undefined }, 1)
    const at = (port: number) => `${HOST}:${port}`
    const listeners = {
      plaintext: at(ports.plaintext),
      saslPlaintext: at(saslPlaintext),
      ssl: at(ssl),
      saslSsl: at(saslSsl),
    }
    return Object.defineProperties(
      { listeners, pki, users: USERS },
      Object.getOwnPropertyDescriptors(kafka),
    ) as SecureKafka
  }
  return retryPorts(start, options.port === undefined ? 3 : 1)
}
