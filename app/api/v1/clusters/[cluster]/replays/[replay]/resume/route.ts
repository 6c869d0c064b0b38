import { handle } from '@/server/http/handle'
import { resumeReplay } from '@/server/replays/resume-replay'

export const POST = handle(resumeReplay)
