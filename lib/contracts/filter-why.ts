import * as z from 'zod'

/**
 * What exactly is wrong with a filter, or kept it from judging a record: `why`, with the parameters named
 * here. Each has its words in `search.filterWhy`. What is none of these has only its English sentence.
 */
export const filterWhy = z.enum([
  // While it is read.
  /** `text` stands where nothing like it can. */
  'CHARACTER',
  /** `text` is no number. */
  'NUMBER',
  'EXPONENT',
  'STRING_LINE',
  'STRING_OPEN',
  /** `text` is no escape of a string. */
  'ESCAPE',
  /** `wanted` has to stand where `found` stands. */
  'EXPECTED',
  /** `found` can't stand there. */
  'UNEXPECTED',
  /** It ends where something has to follow. */
  'ENDS',
  /** It ends without `wanted`. */
  'ENDS_WITHOUT',
  /** CEL keeps the name `name` for itself. */
  'RESERVED',
  /** More than `max` of `what`. */
  'LIMIT',
  /** Longer than `max` characters. */
  'TOO_LONG',
  /** More than `max` loops inside each other. */
  'LOOPS',
  /** The first argument of `call` has to be a name of one's own. */
  'LOOP_NAME',
  'HAS',
  'PATTERN',
  /** A map can't be written with the name `name`. */
  'MAP_NAME',
  // While its types are looked at, or when it is evaluated.
  /** Nothing is called `name`. */
  'UNKNOWN',
  /** The whole gives `type`. */
  'RESULT',
  /** What is asked before `?` gives `type`. */
  'CONDITION',
  /** The condition of `call` gives `type`. */
  'LOOP_CONDITION',
  /** One side of && or || gives `type`. */
  'LOGIC',
  /** `operation` does not exist between such types. */
  'OPERATION',
  /** `call` does not exist, or not with such arguments. */
  'CALL',
  /** `type` has nothing to go through. */
  'RANGE',
  /** One branch gives `one`, the other `other`. */
  'BRANCHES',
  /** A list has no element of a number of the type `type`. */
  'LIST_INDEX',
  /** `type` has no fields. */
  'NO_FIELDS',
  /** There is no field `name`. */
  'FIELD',
  /** The list has `size` elements, none at `index`. */
  'OUT_OF_LIST',
  /** `name` is of type `found` and not `wanted`. */
  'VARIABLE',
  /** The record has no timestamp. */
  'NO_TIMESTAMP',
  'OVERFLOW',
  'DIVISION',
  /** Something can't be made `wanted`. */
  'CONVERSION',
  'OUT_OF_TEXT',
  'TIME',
  /** `text` is no duration. */
  'DURATION',
  /** A number of the record has more digits than CEL can count with. */
  'DIGITS',
  'NO_ANSWER',
  'NOT_EVALUATED',
])
export type FilterWhy = z.output<typeof filterWhy>

export const filterWhyParams = z.record(z.string(), z.union([z.string(), z.number()]))
export type FilterWhyParams = z.output<typeof filterWhyParams>
