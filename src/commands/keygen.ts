/** `suited keygen`: fresh secrets to paste into settings and into WeCom's console. */
import { defineCommand } from 'citty'
import { createRandom } from './randomness'
import { refuseUnknownFlags } from './strict-flags'

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

export default defineCommand({
  meta: {
    name: 'keygen',
    description: 'Fresh admin token, encryption key, callback Token and EncodingAESKey.',
  },
  run({ rawArgs }) {
    refuseUnknownFlags(rawArgs, {})
    const random = createRandom()
    const letters = (length: number) =>
      Array.from({ length }, () => alphabet[Math.floor(random() * alphabet.length)]).join('')
    const key = Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('base64')
    process.stdout.write(
      [
        `SUITED_ADMIN_TOKEN=${letters(40)}`,
        `WECOM_TOKEN=${letters(32)}`,
        `WECOM_ENCODING_AES_KEY=${letters(43)}`,
        '# For the encryption of the store, which this version refuses to promise:',
        `# SUITED_ENCRYPTION_KEY=${key}`,
        '',
      ].join('\n'),
    )
  },
})
