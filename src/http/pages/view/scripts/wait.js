/** Asks every two seconds whether the QR code was used; a refusal says that it is too old. */
const pauseMs = 2000
const patienceMs = 10000

const waiting = document.getElementById('waiting')
const over = document.getElementById('over')

const later = () => setTimeout(ask, pauseMs)

const giveUp = () => {
  waiting.hidden = true
  over.hidden = false
}

const nextIn = (text) => {
  try {
    return JSON.parse(text).next
  } catch {
    return null
  }
}

// Not `fetch`, which needs more to give up than webviews of 2019 have.
const ask = () => {
  const request = new XMLHttpRequest()
  request.open('GET', waiting.dataset.ask)
  request.timeout = patienceMs
  request.onload = () => {
    const { status, responseText } = request
    if (status >= 400 && status < 500 && status !== 429) return giveUp()
    const next = status === 200 ? nextIn(responseText) : null
    if (next) location.replace(next)
    else later()
  }
  request.onerror = later
  request.ontimeout = later
  request.send()
}

later()
