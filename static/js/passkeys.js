// For every form marked data-passkey, "add" or "sign-in": asks for a challenge, has the browser
// answer it with a passkey, and sends the form with the answer. Where that cannot be, the form stays
// hidden, and what is marked data-passkey-otherwise stays in its place.

const ways = {
  add: (options) =>
    navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) }),
  "sign-in": (options) =>
    navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) }),
}

// WebAuthn says by these why there is no passkey; the words for it are in the form.
const reasons = { NotAllowedError: "declined", InvalidStateError: "known" }

if (window.PublicKeyCredential?.parseCreationOptionsFromJSON) {
  for (const otherwise of document.querySelectorAll("[data-passkey-otherwise]")) otherwise.hidden = true
  for (const form of document.querySelectorAll("[data-passkey]")) {
    form.hidden = false
    form.addEventListener("submit", (event) => {
      event.preventDefault()
      perform(form)
    })
  }
}

async function perform(form) {
  const button = form.querySelector("button")
  button.disabled = true
  say(form, "")
  try {
    const passkey = await ways[form.dataset.passkey](await challenge(form))
    form.elements.credential.value = JSON.stringify(passkey)
    form.submit()
  } catch (error) {
    say(form, error.cause ?? form.dataset[reasons[error.name] ?? "failed"])
  }
  button.disabled = false
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
