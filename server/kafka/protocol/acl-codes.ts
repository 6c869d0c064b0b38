/** AclOperation, ResourceType, PatternType and AclPermissionType as the protocol numbers them. */
export const OPERATION = { read: 3, write: 4, describe: 8 } as const
export const RESOURCE = { topic: 2, group: 3 } as const
export const PATTERN = { literal: 3, prefixed: 4 } as const
export const ALLOW = 3
