/** Rows that lists, searches and plots of messages read; `messages/listing/` keeps them. */

import type { Generated } from 'kysely'

/** A message that was accepted or changed since its listing was written. May be there twice. */
export interface MessageChangeTable {
  messageId: string
}

export interface MessageListingTable {
  messageId: string
  /** State, strength, signing and way in one number: `messages/listing/facets.ts`. */
  facet: number
  /** Identifiers of its search names. */
  names: number[]
}

/** An address or a domain that mail came from or went to, in lower case. */
export interface SearchNameTable {
  id: Generated<number>
  side: 'from' | 'to'
  name: string
}

/** A name from one of its words on, so that a search finds it by how a word of it begins. */
export interface SearchWordTable {
  word: string
  nameId: number
}

export interface MessageNameTable {
  nameId: number
  messageId: string
}

/** How many messages of a facet were accepted in an hour (UTC). */
export interface MessageHourTable {
  hour: Date
  facet: number
  messages: number
}

export interface MessageSearchTables {
  messageChange: MessageChangeTable
  messageListing: MessageListingTable
  searchName: SearchNameTable
  searchWord: SearchWordTable
  messageName: MessageNameTable
  messageHour: MessageHourTable
}
