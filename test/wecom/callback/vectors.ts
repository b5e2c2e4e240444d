/**
 * Published examples of WeCom's cipher and signatures, word for word; each names its source. The
 * D ones cover what nobody published: a suite id, a provider's corpid and nothing as receive id.
 */
export interface CallbackVector {
  readonly id: string
  readonly source: string
  readonly token: string
  readonly encodingAesKey: string
  readonly receiveId: string
  readonly timestamp: string
  readonly nonce: string
  /** The 16 bytes before the message, as text. */
  readonly random16: string
  readonly message: string
  readonly ciphertext: string
  readonly msgSignature: string
}

export const callbackVectors: readonly CallbackVector[] = [
  {
    id: 'V1',
    source: 'weworkapi_php, callback/Sample.php',
    token: 'QDG6eK',
    encodingAesKey: 'jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C',
    receiveId: 'wx5823bf96d3bd56c7',
    timestamp: '1409659589',
    nonce: '263014780',
    random16: 'c41b64491c2468d0',
    message: '1616140317555161061',
    ciphertext:
      'P9nAzCzyDtyTWESHep1vC5X9xho/qYX3Zpb4yKa9SKld1DsH3Iyt3tP3zNdtp+4RPcs8TgAE7OaBO+FZXvnaqQ==',
    msgSignature: '5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3',
  },
  {
    id: 'V2',
    source: 'document 91144, worked example',
    token: 'QDG6eK',
    encodingAesKey: 'jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C',
    receiveId: 'wx5823bf96d3bd56c7',
    timestamp: '1409659813',
    nonce: '1372623149',
    random16: '0960688932c47ef1',
    message:
      '<xml><ToUserName><![CDATA[wx5823bf96d3bd56c7]]></ToUserName>\n<FromUserName><![CDATA[mycreate]]></FromUserName>\n<CreateTime>1409659813</CreateTime>\n<MsgType><![CDATA[text]]></MsgType>\n<Content><![CDATA[hello]]></Content>\n<MsgId>4561255354251345929</MsgId>\n<AgentID>218</AgentID>\n</xml>',
    ciphertext:
      'RypEvHKD8QQKFhvQ6QleEB4J58tiPdvo+rtK1I9qca6aM/wvqnLSV5zEPeusUiX5L5X/0lWfrf0QADHHhGd3QczcdCUpj911L3vg3W/sYYvuJTs3TUUkSUXxaccAS0qhxchrRYt66wiSpGLYL42aM6A8dTT+6k4aSknmPj48kzJs8qLjvd4Xgpue06DOdnLxAUHzM6+kDZ+HMZfJYuR+LtwGc2hgf5gsijff0ekUNXZiqATP7PF5mZxZ3Izoun1s4zG4LUMnvw2r+KqCKIw+3IQH03v+BCA9nMELNqbSf6tiWSrXJB3LAVGUcallcrw8V2t9EL4EhzJWrQUax5wLVMNS0+rUPA3k22Ncx4XXZS9o0MBH27Bo6BpNelZpS+/uh9KsNlY6bHCmJU9p8g7m3fVKn28H3KDYA5Pl/T8Z1ptDAVe0lXdQ2YoyyH2uyPIGHBZZIs2pDBS8R07+qN+E7Q==',
    msgSignature: '477715d11cdb4164915debcba66cb864d751f3e6',
  },
  {
    id: 'V3',
    source: 'weworkapi_python, callback/Sample.py',
    token: 'hJqcu3uJ9Tn2gXPmxx2w9kkCkCE2EPYo',
    encodingAesKey: '6qkdMrq68nTKduznJYO1A37W2oEgpkMUvkttRToqhUt',
    receiveId: 'ww1436e0e65a779aee',
    timestamp: '1476416373',
    nonce: '47744683',
    random16: '8908d0ff052afda0',
    message: '1288432023552776189',
    ciphertext:
      'fsi1xnbH4yQh0+PJxcOdhhK6TDXkjMyhEPA7xB2TGz6b+g7xyAbEkRxN/3cNXW9qdqjnoVzEtpbhnFyq6SVHyA==',
    msgSignature: '012bc692d0a58dd4b10f8dfe5c4ac00ae211ebeb',
  },
  {
    id: 'V4',
    source: 'weworkapi_python, callback/Sample.py',
    token: 'hJqcu3uJ9Tn2gXPmxx2w9kkCkCE2EPYo',
    encodingAesKey: '6qkdMrq68nTKduznJYO1A37W2oEgpkMUvkttRToqhUt',
    receiveId: 'ww1436e0e65a779aee',
    timestamp: '1476422779',
    nonce: '1597212914',
    random16: '694ce5a83ae07fe3',
    message:
      '<xml><ToUserName>ww1436e0e65a779aee</ToUserName><FromUserName>ChenJiaShun</FromUserName><CreateTime>1476422779</CreateTime><MsgType>text</MsgType><Content>你好</Content><MsgId>1456453720</MsgId><AgentID>1000002</AgentID></xml>',
    ciphertext:
      'Kl7kjoSf6DMD1zh7rtrHjFaDapSCkaOnwu3bqLc5tAybhhMl9pFeK8NslNPVdMwmBQTNoW4mY7AIjeLvEl3NyeTkAgGzBhzTtRLNshw2AEew+kkYcD+Fq72Kt00fT0WnN87hGrW8SqGc+NcT3mu87Ha3dz1pSDi6GaUA6A0sqfde0VJPQbZ9U+3JWcoD4Z5jaU0y9GSh010wsHF8KZD24YhmZH4ch4Ka7ilEbjbfvhKkNL65HHL0J6EYJIZUC2pFrdkJ7MhmEbU2qARR4iQHE7wy24qy0cRX3Mfp6iELcDNfSsPGjUQVDGxQDCWjayJOpcwocugux082f49HKYg84EpHSGXAyh+/oxwaWbvL6aSDPOYuPDGOCI8jmnKiypE+',
    msgSignature: '0c3914025cb4b4d68103f6bfc8db550f79dcf48e',
  },
  {
    id: 'V5',
    source: 'weworkapi_python, callback_json/Sample.py',
    token: 'hJqcu3uJ9Tn2gXPmxx2w9kkCkCE2EPYo',
    encodingAesKey: '6qkdMrq68nTKduznJYO1A37W2oEgpkMUvkttRToqhUt',
    receiveId: 'ww1436e0e65a779aee',
    timestamp: '1409659813',
    nonce: '1372623149',
    random16: 'dDVXRx6kn1gOT43Q',
    message:
      '{ "ToUserName": "wx5823bf96d3bd56c7", "FromUserName": :mycreate", "CreateTime": 1409659813, "MsgType": "text", "Content": "hello", "MsgId": 4561255354251345929, "AgentID": 218}',
    ciphertext:
      'cjhLUX7UU4yCSelv1vz7T0zT8huF51bAMVWriNvO1FMegHrQZNrtvRxbwf0fUPsFvwqR0U0fgiJNEA5Y30F2MoI2S7vv3EjVQ68C0cjw9frBoUE2Hj0BvFp9h3u6Vbsg4lc1C8AtHdaN8orKuNKkLRLuYEL52R1J3v8olJGZRLnRdVKIivixmX/eQpzgeExtp20jI1HxRP1AAZ6xZoILdqDPO549LO4WeG+685JRUTdiwcY5fjZlqeMxuT4PpMn1X9OWsS7NRj06Wa5E3Tvg4twjWp39KPfOdRte6P1T4JU=',
    msgSignature: 'e3647471e395139e2308c1fa963f2d648a00b90e',
  },
  {
    id: 'V7',
    source: 'weworkapi_php, callback_json/Sample.php',
    token: 'QDG6eK',
    encodingAesKey: 'jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C',
    receiveId: 'wx5823bf96d3bd56c7',
    timestamp: '1409659813',
    nonce: '1372623149',
    random16: 'WSaxmGcGQ0R23jRP',
    message:
      '{ "ToUserName": "wx5823bf96d3bd56c7", "FromUserName": :mycreate", "CreateTime": 1409659813, "MsgType": "text", "Content": "hello", "MsgId": 4561255354251345929, "AgentID": 218}',
    ciphertext:
      'pvXgeha3nZ7UQ2DG3WD3IVsNJR38QVl1+h+wmLQHIAwEG3Jey2aTZtvAWzhEZ9JEKGwIUMBWX3JlUhfo7O7WbvI10vHIsdSNr1nr3LuOwAfnwLJAMQNDxi5tHUl08Op59jxOL73r8+g60KOxMTaFwXzlr9Yxgq5ey5nzNb/2vDjjvDZNXkJVmL/XWnv6PXrVbTpNxphqWRv2BpPYqvwRMkHgdFliatljMVlkkRHS40FOHmtBhj/4RXtIexfDx8opBXwi0L9RTlYNQzGx+FA+74xVHG7Le/pmNDwc2Ri5mbw=',
    msgSignature: '1f3153b7abd0ba99b4ab2e57fac2376110d03a3c',
  },
  {
    id: 'V8',
    source: 'go-workwx, encryptor and signature tests',
    token: 'kjr2TKI8umCBfVF3wAHk8JiPwma5VBme',
    encodingAesKey: '4Ma3YBrSBbX2aez8MJpXGBne5LSDwgGqHbhM9WPYIws',
    receiveId: 'ww6a112864f8022910',
    timestamp: '1583940690',
    nonce: 'VHh7ymSeb0jc4lSb',
    random16: '5QMsYcwjR95t2vmC',
    message: '94966531020182955848408',
    ciphertext:
      '6KmUQuPVu7UhjyVqRdbo5SfcRqaHvbUlKSHFvBV2ZuR6TIlKsygcfeSd1GDplg1C5KSKr6UPHCaC/nIX3ZNt9w==',
    msgSignature: '1ba3cb09c0d2c2b3ed6900d37f91a6efae6cb011',
  },
  {
    id: 'V10',
    source: 'wechatpy, tests/test_crypto.py',
    token: '123456',
    encodingAesKey: 'kWxPEV2UEDyxWpmPdKC3F4dgPDmOvfKX1HGnEUDS1aR',
    receiveId: 'wx49f0ab532d5d035a',
    timestamp: '1411443780',
    nonce: '437374425',
    random16: '2304fc2fe146f1f8',
    message: '5927782489442352469',
    ciphertext:
      '4ByGGj+sVCYcvGeQYhaKIk1o0pQRNbRjxybjTGblXrBaXlTXeOo1+bXFXDQQb1o6co6Yh9Bv41n7hOchLF6p+Q==',
    msgSignature: 'dd6b9c95b495b3f7e2901bfbc76c664930ffdb96',
  },
  {
    id: 'V11',
    source: 'wechatpy, tests/test_crypto.py',
    token: '123456',
    encodingAesKey: 'kWxPEV2UEDyxWpmPdKC3F4dgPDmOvfKX1HGnEUDS1aR',
    receiveId: 'wx49f0ab532d5d035a',
    timestamp: '1411525903',
    nonce: '461056294',
    random16: 'ec90b1530358d4d3',
    message:
      '<xml><ToUserName><![CDATA[wx49f0ab532d5d035a]]></ToUserName>\n<FromUserName><![CDATA[messense]]></FromUserName>\n<CreateTime>1411525903</CreateTime>\n<MsgType><![CDATA[text]]></MsgType>\n<Content><![CDATA[test]]></Content>\n<MsgId>4363689963896700987</MsgId>\n<AgentID>1</AgentID>\n</xml>',
    ciphertext:
      'RgqEoJj5A4EMYlLvWO1F86ioRjZfaex/gePD0gOXTxpsq5Yj4GNglrBb8I2BAJVODGajiFnXBu7mCPatfjsu6IHCrsTyeDXzF6Bv283dGymzxh6ydJRvZsryDyZbLTE7rhnus50qGPMfp2wASFlzEgMW9z1ef/RD8XzaFYgm7iTdaXpXaG4+BiYyolBug/gYNx410cvkKR2/nPwBiT+P4hIiOAQqGp/TywZBtDh1yCF2KOd0gpiMZ5jSw3e29mTvmUHzkVQiMS6td7vXUaWOMZnYZlF3So2SjHnwh4jYFxdgpkHHqIrH/54SNdshoQgWYEvccTKe7FS709/5t6NMxuGhcUGAPOQipvWTT4dShyqio7mlsl5noTrb++x6En749zCpQVhDpbV6GDnTbcX2e8K9QaNWHp91eBdCRxthuL0=',
    msgSignature: '74d92dfeb87ba7c714f89d98870ae5eb62dff26d',
  },
  {
    id: 'V12',
    source: 'wechatpy, tests/test_crypto.py',
    token: '123456',
    encodingAesKey: 'kWxPEV2UEDyxWpmPdKC3F4dgPDmOvfKX1HGnEUDS1aR',
    receiveId: 'wx49f0ab532d5d035a',
    timestamp: '1411525903',
    nonce: '461056294',
    random16: '1234567890123456',
    message:
      '<xml>\n<MsgType><![CDATA[text]]></MsgType>\n<Content><![CDATA[test]]></Content>\n<FromUserName><![CDATA[wx49f0ab532d5d035a]]></FromUserName>\n<ToUserName><![CDATA[messense]]></ToUserName>\n<AgentID>1</AgentID>\n<CreateTime>1411525903</CreateTime>\n</xml>',
    ciphertext:
      '9s4gMv99m88kKTh/H8IdkOiMg6bisoy3ypwy9H4hvSPe9nsGaqyw5hhSjdYbcrKk+j3nba4HMOTzHrluLBYqxgNcBqGsL8GqxlhZgURnAtObvesEl5nZ+uBE8bviY0LWke8Zy9V/QYKxNV2FqllNXcfmstttyIkMKCCmVbCFM2JTF5wY0nFhHZSjPUL2Q1qvSUCUld+/WIXrx0oyKQmpB6o8NRrrNrsDf03oxI1p9FxUgMnwKKZeOA/uu+2IEvEBtb7muXsVbwbgX05UPPJvFurDXafG0RQyPR+mf1nDnAtQmmNOuiR5MIkdQ39xn1vWwi1O5oazPoQJz0nTYjxxEE8kv3kFxtAGVRe3ypD3WeK2XeFYFMNMpatF9XiKzHo3',
    msgSignature: '407518b7649e86ef23978113f92d27afa9296533',
  },
  {
    id: 'D1',
    source: 'sealed with @wecom/crypto',
    token: 'QDG6eK',
    encodingAesKey: 'jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C',
    receiveId: 'wwsuite0123456789',
    timestamp: '1700000000',
    nonce: '1234567890',
    random16: '0123456789abcdef',
    message:
      '<xml><SuiteId><![CDATA[wwsuite0123456789]]></SuiteId><InfoType><![CDATA[suite_ticket]]></InfoType><TimeStamp>1700000000</TimeStamp><SuiteTicket><![CDATA[ticket-demo-001]]></SuiteTicket></xml>',
    ciphertext:
      'sKqRbbiSUnDhFHOvPjtUMYf9vX1qv0wumaBREp1944I3QnntPfg3BjRj1NclDHN1CZT6zvvnse+s/QIp5q3V62dPMwzv5nsvnTSZXxqUC5l3gwnDxLduCySwTRo/nZjiLXgHLdjYKHNWDkJY7pz67hWzFba6W1HcdKsKDzzHc6OdCgjncsG3mDODqr+dw0YDFjgOifNVFMI8UgOU5064Yxt2dDBxp/mE5Kq4vLuKlidrT9tyCnyQIkFutq5W962OVhHEZYmw9EeNgX21oFLV6CI/Y+n1ICzkDcBoSK+BtMIfY086icWOe4e+Hbru6h0U3JLo6ZO3lXkIutrV7pFPDg==',
    msgSignature: 'ff7f54cc4a2ad931f0ca6cb71ce4a373877337d8',
  },
  {
    id: 'D2',
    source: 'sealed with @wecom/crypto',
    token: 'QDG6eK',
    encodingAesKey: 'jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C',
    receiveId: 'wwprovider012345678',
    timestamp: '1700000001',
    nonce: '987654321',
    random16: '0123456789abcdef',
    message: '7240000000000000001',
    ciphertext:
      'sKqRbbiSUnDhFHOvPjtUMeoXXyMlDBgzsCKQnuyTXFBftA697VScGlxtlCZnl7K/WYZfaXNL0CIOh/3+izRP7w==',
    msgSignature: '47e80ddaea175fcf7ec6c8eba58a1a8da293fa2d',
  },
  {
    id: 'D3',
    source: 'sealed with @wecom/crypto',
    token: 'QDG6eK',
    encodingAesKey: 'jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C',
    receiveId: '',
    timestamp: '1700000002',
    nonce: '555',
    random16: '0123456789abcdef',
    message: 'hello',
    ciphertext: 'sKqRbbiSUnDhFHOvPjtUMZuVSJ98Er12+beXKHFGrxs=',
    msgSignature: '6bde53cb1fd26764e326cbdce93d87b738482bc9',
  },
]

export interface PageVector {
  readonly id: string
  readonly source: string
  readonly jsapiTicket: string
  readonly nonceStr: string
  readonly timestampSeconds: number
  readonly url: string
  readonly signature: string
}

const published = {
  jsapiTicket:
    'sM4AOVdWfPE4DxkXGEs8VMCPGGVi4C3VM0P37wVUCFvkVAy_90u5h9nbSlYy3-Sl-HhTdfl2fzFy1AOcHKP7qg',
  nonceStr: 'Wm3WZYTPz0wzccnW',
  timestampSeconds: 1414587457,
}

export const pageVectors: readonly PageVector[] = [
  {
    ...published,
    id: 'J1',
    source: 'document 96909',
    url: 'http://mp.weixin.qq.com?params=value',
    signature: '0f9de62fce790f9a083d5c99e95740ceb90c27ed',
  },
  {
    ...published,
    id: 'J2',
    source: 'the older page for WeChat',
    url: 'http://mp.weixin.qq.com',
    signature: 'f4d90daf4b3bca3078ab155816175ba34c443a7b',
  },
]
