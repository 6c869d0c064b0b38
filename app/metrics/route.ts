export { metrics as GET } from '@/server/http/open-routes'

export const dynamic = 'force-dynamic'
