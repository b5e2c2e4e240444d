/** The type of a message that can't be read, until a retry has read it. */
export const unreadType = 'unparsed'
