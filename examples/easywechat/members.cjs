/**
 * node-easywechat, unchanged, through suited's listener for SDKs: a key of suited's stands where the
 * suite's secret and the permanent code stood, and suited keeps ticket, codes and tokens.
 *
 * SUITED_SDK_URL=http://127.0.0.1:8012 SUITED_KEY=sk_suited_… WECOM_SUITE_ID=ww… node members.cjs CORPID
 */
const { CacheInterface, OpenWork } = require('node-easywechat')

/** Its own cache is of files, with the secret in their names. */
class MemoryCache extends CacheInterface {
  values = new Map()
  get = async (name) => this.values.get(name) ?? null
  has = async (name) => this.values.has(name)
  set = async (name, value) => this.values.set(name, value) !== undefined
  delete = async (name) => this.values.delete(name)
}

const main = async ([corpid]) => {
  const { SUITED_SDK_URL, SUITED_KEY, WECOM_SUITE_ID } = process.env
  const app = new OpenWork({
    suite_id: WECOM_SUITE_ID,
    suite_secret: SUITED_KEY,
    http: { baseURL: `${SUITED_SDK_URL}/` },
  }).setCache(new MemoryCache())
  // It wants one before it asks for a token; suited has the real one.
  await app.getSuiteTicket().setTicket('kept by suited')

  const client = await app.getAuthorizerClient(corpid, SUITED_KEY)
  const list = await client.get('cgi-bin/user/simplelist', { params: { department_id: 1 } })
  for (const { userid } of list.toObject().userlist) {
    const details = await client.get('cgi-bin/user/get', { params: { userid } })
    const { name } = details.toObject()
    console.log('member', userid, name)
  }
}

main(process.argv.slice(2)).catch((error) => {
  console.error(error.message)
  process.exitCode = 1
})
