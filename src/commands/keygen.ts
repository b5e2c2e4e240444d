/** `suited keygen`: fresh secrets to paste into settings and into WeCom's console. */
import { defineCommand } from 'citty'
import { createRandom, randomBytes } from '../runtime/process/randomness'
import { keyIdOf } from '../store/driver/sealing'

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

export default defineCommand({
  meta: {
    name: 'keygen',
    description: 'Fresh admin token, encryption key, callback Token and EncodingAESKey.',
  },
  run() {
    const random = createRandom()
    const letters = (length: number) =>
      Array.from({ length }, () => alphabet[Math.floor(random() * alphabet.length)]).join('')
    const key = randomBytes(32)
    process.stdout.write(
      [
        `SUITED_ADMIN_TOKEN=${letters(40)}`,
        `WECOM_TOKEN=${letters(32)}`,
        `WECOM_ENCODING_AES_KEY=${letters(43)}`,
        '# Keep a copy of this one: nobody can read the data folder without it.',
        `# Messages call it ${keyIdOf(key)}.`,
        `SUITED_ENCRYPTION_KEY=${Buffer.from(key).toString('base64')}`,
        '',
      ].join('\n'),
    )
  },
})
