export { openApi as GET } from '@/server/http/open-routes'
