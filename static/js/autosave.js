// For the form marked data-write: what is typed is kept on the server every few seconds, and in
// this browser until the server has it. A sign-in that ended is begun again in place.

const PAUSE = 1000
const LONGEST_WAIT = 4000
const AGAIN = 5000
const TRIES = 20
const SOON = 100
// What a browser still sends for a page that is left (Fetch §4.6).
const MOST_WHEN_LEAVING = 60_000

const form = document.querySelector("form[data-write]")
if (form) begin(form)

function begin(form) {
  const place = `unsaved:${form.dataset.member}:${form.dataset.post}:`
  const own = place + form.elements.key.value
  const line = form.querySelector("[data-saved]")
  let dirty = false, leaving = false, sending = null, timer = 0, firstTyped = 0, changes = 0

  forgetSaved(form, place)
  offer(form, place, own, () => changed())
  if ("typed" in form.dataset) changed()
  form.addEventListener("input", changed)
  addEventListener("online", () => dirty && send())
  document.addEventListener("visibilitychange", () => document.hidden && leave())
  addEventListener("pagehide", leave)
  form.addEventListener("submit", () => {
    if (dirty) keepHere(own, form)
    leaving = true
    clearTimeout(timer)
    sending?.abort()
  })
  addEventListener("pageshow", () => (leaving = false))
  for (const out of document.querySelectorAll("[data-forget]")) out.addEventListener("submit", keepFirst)

  function changed() {
    changes += 1
    dirty = true
    firstTyped ||= Date.now()
    keepHere(own, form)
    const wait = Math.max(0, Math.min(PAUSE, firstTyped + LONGEST_WAIT - Date.now()))
    clearTimeout(timer)
    timer = setTimeout(send, wait)
  }

  async function send() {
    if (sending || leaving) return
    const sent = changes
    firstTyped = 0
    sending = new AbortController()
    try {
      const answer = await post(form.dataset.autosave, new FormData(form), sending.signal)
      sending = null
      await take(answer, sent)
    } catch {
      sending = null
      if (leaving) return
      line.textContent = "No connection. What you write is kept in this browser."
      timer = setTimeout(send, AGAIN)
    }
  }

  async function take(answer, sent) {
    if (answer.redirected) return signInAgain(line, () => renew(form).then(send))
    if (answer.status === 404) {
      line.textContent = "This post is not there any more. Save, and what you wrote becomes a new draft."
      return
    }
    if (answer.status === 400 && (await renew(form))) return send()
    if (!answer.ok) throw new Error(`not kept: ${answer.status}`)
    const { version } = await answer.json()
    const isOutdated = version !== null && String(version) !== form.elements.version.value
    const time = new Date().toLocaleTimeString(document.documentElement.lang, { timeStyle: "short" })
    line.textContent = isOutdated
      ? "This was changed elsewhere meanwhile. Save, and you see both texts."
      : `Kept at ${time}, not saved yet.`
    if (sent !== changes) return changed()
    dirty = false
    localStorage.removeItem(own)
  }

  // Nothing of it stays in this browser after signing out, so the server gets it before.
  async function keepFirst(event) {
    if (!dirty) return
    event.preventDefault()
    for (let tries = 0; dirty && tries < TRIES; tries += 1) {
      clearTimeout(timer)
      await send()
      await new Promise((done) => setTimeout(done, SOON))
    }
    if (!dirty) event.target.requestSubmit()
  }

  function leave() {
    if (!dirty || leaving) return
    keepHere(own, form)
    const body = new FormData(form)
    if (form.elements.text.value.length < MOST_WHEN_LEAVING / 3) {
      fetch(form.dataset.autosave, { method: "POST", body, keepalive: true }).catch(() => {})
    }
  }
}

function post(url, body, signal) {
  return fetch(url, { method: "POST", body, signal, headers: { Accept: "application/json" } })
}

function typed(form) {
  const fields = Object.fromEntries(new FormData(form))
  delete fields.csrf_token
  return fields
}

function keepHere(own, form) {
  try {
    localStorage.setItem(own, JSON.stringify({ at: Date.now(), fields: typed(form) }))
  } catch {
    // The browser keeps nothing, or no more; the server still does.
  }
}

// What was saved meanwhile needs no keeping: a new post, known by the key of its form, and what
// the form shows.
function forgetSaved(form, place) {
  const { member, submission } = form.dataset
  if (submission) localStorage.removeItem(`unsaved:${member}:new:${submission}`)
  for (const [name, { fields }] of kept(place)) {
    const isHere = ["title", "text"].every((field) => fields[field]?.trim().replaceAll("\r\n", "\n") === form.elements[field].value.trim())
    if (isHere) localStorage.removeItem(name)
  }
}

function kept(place) {
  return Object.keys(localStorage)
    .filter((name) => name.startsWith(place))
    .map((name) => [name, JSON.parse(localStorage.getItem(name))])
    .sort(([, one], [, other]) => other.at - one.at)
}

function offer(form, place, own, changed) {
  const bar = document.querySelector("[data-kept]")
  const found = kept(place)[0]
  if (!found) return
  const [name, { at, fields }] = found
  const time = new Date(at).toLocaleString(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" })
  const words = document.createElement("p")
  words.textContent = `This browser kept text of yours that the server never got: “${fields.title || "no title yet"}”, ${time}. `
  bar.append(words, button("Go on with it", () => {
    for (const [field, value] of Object.entries(fields)) {
      const input = form.elements[field]
      if (!input || field === "key") continue
      if (input.type === "checkbox") input.checked = true
      else input.value = value
    }
    if (name !== own) localStorage.removeItem(name)
    bar.hidden = true
    changed()
    form.elements.text.focus()
  }), button("Throw it away", () => {
    localStorage.removeItem(name)
    bar.hidden = true
  }))
  bar.hidden = false
}

function button(words, act) {
  const made = document.createElement("button")
  made.type = "button"
  made.className = "plain"
  made.textContent = words
  made.addEventListener("click", act)
  return made
}

async function page(url) {
  const answer = await fetch(url)
  return new DOMParser().parseFromString(await answer.text(), "text/html")
}

// The token of a form holds as long as the sign-in under which it was opened.
async function renew(form) {
  const here = await page(form.getAttribute("action"))
  const token = here.querySelector("form[data-write] [name=csrf_token]")?.value
  if (!token || token === form.elements.csrf_token.value) return false
  for (const field of document.querySelectorAll("[name=csrf_token]")) field.value = token
  return true
}

async function signInAgain(line, then) {
  line.textContent = "You are not signed in any more. What you write is kept in this browser."
  if (document.querySelector("dialog.again")) return
  const dialog = document.createElement("dialog")
  dialog.className = "again"
  const heading = document.createElement("h2")
  heading.textContent = "Sign in again"
  const said = document.createElement("p")
  said.textContent = "Your text stays as it is."
  const fields = document.adoptNode((await page("/sign-in")).querySelector("main form"))
  fields.addEventListener("submit", async (event) => {
    event.preventDefault()
    const answer = await post(fields.getAttribute("action"), new FormData(fields))
    if (answer.redirected) {
      dialog.close()
      dialog.remove()
      then()
      return
    }
    const told = new DOMParser().parseFromString(await answer.text(), "text/html")
    said.textContent = told.querySelector(".refusal, .field-error")?.textContent ?? "That did not work."
  })
  dialog.append(heading, said, fields)
  document.body.append(dialog)
  dialog.showModal()
}
