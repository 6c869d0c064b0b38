import { createAclsV2, createAclsV3 } from '@platformatic/kafka'
import { AppError } from '@/lib/errors'
import type { NewAcl } from '../port'
import { ALLOW, OPERATION, PATTERN, RESOURCE } from './acl-codes'
import { family } from './api'
import type { Scope } from './deadline'
import { kafkaError } from './errors'
import type { ClusterLink } from './link'

type Acl = Parameters<typeof createAclsV3.api.async>[1][number]
const CREATE = family<[Acl[]], createAclsV3.CreateAclsResponse>(createAclsV3.api, createAclsV2.api)

const TIMED_OUT = 7

/** Adds allowing ACLs; one that is there already stays as it is. Throws what the first refused one carries. */
export async function createAcls(link: ClusterLink, acls: readonly NewAcl[], scope: Scope): Promise<void> {
  const wanted: Acl[] = acls.map(acl => ({
    resourceType: RESOURCE[acl.resource],
    resourceName: acl.name,
    resourcePatternType: PATTERN[acl.pattern],
    principal: acl.principal,
    host: acl.host,
    operation: OPERATION[acl.operation],
    permissionType: ALLOW,
  }))
  const response = await link.mutate({}, CREATE, [wanted], scope)
  for (const { errorCode, errorMessage } of response.results) {
    if (errorCode === TIMED_OUT) throw new AppError('OUTCOME_UNKNOWN')
    if (errorCode !== 0) throw kafkaError(errorCode, {}, errorMessage)
  }
  if (response.results.length !== wanted.length) throw new AppError('OUTCOME_UNKNOWN')
}
