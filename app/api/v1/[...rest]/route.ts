import { handleUnknown } from '@/server/http/handle-unknown'

export {
  handleUnknown as DELETE,
  handleUnknown as GET,
  handleUnknown as PATCH,
  handleUnknown as POST,
  handleUnknown as PUT,
}
