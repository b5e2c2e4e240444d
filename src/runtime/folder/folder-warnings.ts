/** Warnings about what was found in a data folder. Pure. */
import type { Folder } from './data-folder'

export const eventsLostWarning =
  'The event log (events.sqlite) was missing or empty at the start, and a new one was made: events that were pending in it are gone, and so is what was seen before. Companies, codes and tickets are not. Who was installing the app just then has to install it again; repeated pushes count as new.'

/** What was found in a folder and deserves a word to an operator. */
export const foundInFolder = ({
  leftToSeal,
  eventsLost,
}: Pick<Folder, 'leftToSeal' | 'eventsLost'>): string[] => [
  ...(eventsLost ? [eventsLostWarning] : []),
  ...(leftToSeal
    ? [
        'Not all secrets in the data folder are encrypted with SUITED_ENCRYPTION_KEY, only what is written from now on: stop suited, run suited rekey, and start it again.',
      ]
    : []),
]
