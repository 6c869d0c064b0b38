import { listBrokers } from '@/server/clusters/list-brokers'
import { handle } from '@/server/http/handle'

export const GET = handle(listBrokers)
