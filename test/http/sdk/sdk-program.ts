/**
 * A program as an SDK makes it, in a process of its own: upon each line that it reads it fetches a
 * token with its key, calls WeCom with that, and writes the errcodes of both.
 */
import process from 'node:process'

const [url = '', corpid = '', key = ''] = process.argv.slice(2)

const errcodeAndToken = async (path: string) => {
  const answer = await (await fetch(`${url}/cgi-bin/${path}`)).json()
  const { errcode, access_token: token } = answer as { errcode: number; access_token?: string }
  return { errcode, token }
}

for await (const _ of console) {
  const given = await errcodeAndToken(`gettoken?corpid=${corpid}&corpsecret=${key}`)
  const called = await errcodeAndToken(
    `user/simplelist?access_token=${given.token}&department_id=1`,
  )
  process.stdout.write(`${given.errcode} ${called.errcode}\n`)
}
