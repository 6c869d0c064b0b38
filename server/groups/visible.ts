import type { GroupDetail, GroupRow } from '@/lib/contracts/groups'
import { mayDo } from '@/server/auth/authorise'
import type { Context } from '@/server/context'

export type MaySee = (topic: string) => boolean

/** Which topics the caller may see in one cluster: asked once a topic. */
export function topicsSeen(ctx: Context, cluster: string): MaySee {
  const known = new Map<string, boolean>()
  return topic => {
    const answer = known.get(topic) ?? mayDo(ctx, 'group.read', { cluster, topic })
    known.set(topic, answer)
    return answer
  }
}

/** A group is seen by whoever may see one of its topics; one without topics by everybody who may see groups. */
export function isVisible(row: Pick<GroupRow, 'topics'>, may: MaySee): boolean {
  return row.topics.length === 0 || row.topics.some(may)
}

/** The row without the names of topics that the caller may not see. */
export function withoutHidden<T extends Pick<GroupRow, 'topics'>>(row: T, may: MaySee): T {
  return row.topics.every(may) ? row : { ...row, topics: row.topics.filter(may) }
}

/** The whole of a group without the topics that the caller may not see; its sums stay those of the group. */
export function withoutHiddenTopics(detail: GroupDetail, may: MaySee): GroupDetail {
  const only = <T extends { topic: string }>(list: T[]) => list.filter(({ topic }) => may(topic))
  return {
    ...detail,
    topics: detail.topics.filter(may),
    partitions: only(detail.partitions),
    memberList: detail.memberList.map(member => ({
      ...member,
      // A regular expression (`/.../`) is no topic's name.
      subscribed: member.subscribed.filter(topic => topic.startsWith('/') || may(topic)),
      assigned: only(member.assigned),
      target: member.target && only(member.target),
    })),
    subtopologies:
      detail.subtopologies?.map(one => ({
        ...one,
        sources: one.sources.filter(may),
        sinks: one.sinks.filter(may),
        changelogs: one.changelogs.filter(may),
      })) ?? null,
  }
}
