// For every form marked data-passkey, "add" or "sign-in": asks for a challenge, has the browser
// answer it with a passkey, and sends the form with the answer. Where that cannot be, the form stays
// hidden, and what is marked data-passkey-otherwise stays in its place.
// To sign in, passkeys are also offered among what the browser fills into the field for the name,
// where the browser can do that (WebAuthn §5.1.4, conditional mediation).

const ways = {
  add: (publicKey) =>
    navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(publicKey) }),
  "sign-in": (publicKey, more) =>
    navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(publicKey), ...more }),
}

// WebAuthn says by these why there is no passkey; the words for it are in the form.
const reasons = { NotAllowedError: "declined", InvalidStateError: "known" }

// A challenge is good for five minutes. After half an hour nobody is waiting in front of the page.
const FRESH = 4.5 * 60 * 1000
const OFTEN = 6
let offering

if (window.PublicKeyCredential?.parseCreationOptionsFromJSON) {
  for (const otherwise of document.querySelectorAll("[data-passkey-otherwise]")) otherwise.hidden = true
  for (const form of document.querySelectorAll("[data-passkey]")) {
    form.hidden = false
    form.addEventListener("submit", (event) => {
      event.preventDefault()
      perform(form)
    })
  }
  const signIn = document.querySelector("[data-passkey=sign-in]")
  if (signIn && (await PublicKeyCredential.isConditionalMediationAvailable?.())) offer(signIn)
}

async function perform(form) {
  const button = form.querySelector("button")
  button.disabled = true
  say(form, "")
  offering?.abort("asked")
  try {
    send(form, await ways[form.dataset.passkey](await challenge(form)))
  } catch (error) {
    say(form, error.cause ?? form.dataset[reasons[error.name] ?? "failed"])
  }
  button.disabled = false
}

// Nobody has asked for this, so nothing is said when it comes to nothing.
async function offer(form) {
  for (let times = 0; times < OFTEN; times++) {
    const offered = (offering = new AbortController())
    try {
      const publicKey = await challenge(form)
      setTimeout(() => offered.abort("old"), FRESH)
      send(form, await ways["sign-in"](publicKey, { mediation: "conditional", signal: offered.signal }))
      return
    } catch {
      if (offered.signal.reason !== "old") return
    }
  }
}

function send(form, passkey) {
  form.elements.credential.value = JSON.stringify(passkey)
  form.submit()
}

async function challenge(form) {
  const answer = await fetch(form.dataset.challenge, { method: "POST", body: new FormData(form) })
  const said = await answer.json()
  if (!answer.ok) throw new Error("refused", { cause: said.sentence })
  return said
}

function say(form, sentence) {
  const line = form.querySelector("[data-passkey-said]")
  line.textContent = sentence
  line.hidden = !sentence
}
