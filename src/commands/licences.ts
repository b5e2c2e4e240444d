/** `suited licences`: whose work is in this binary, and on what terms. */
import { defineCommand } from 'citty'
import licences from '../../docs/licences.txt' with { type: 'text' }

export default defineCommand({
  meta: {
    name: 'licences',
    description: 'The packages inside this binary, and their licences in full.',
  },
  run() {
    process.stdout.write(licences)
  },
})
