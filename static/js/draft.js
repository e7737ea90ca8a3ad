// Keeps what is being written in a form marked data-draft in this browser, under the name in the
// mark, until it was posted; then the form needs no warning before it is left. A text that the
// server has given back is newer than any draft.

const DAYS = 30

for (const form of document.querySelectorAll("[data-draft]")) {
  const name = `draft-${form.dataset.draft}`
  const text = form.querySelector("textarea")
  const keep = (sent) => form.toggleAttribute("data-kept", write(name, text.value, sent))
  if (text.value) keep(false)
  else text.value = wanted(name)
  text.addEventListener("input", () => keep(false))
  form.addEventListener("submit", (event) => keep(event.submitter?.value === "post"))
  // Who signs out in another window has it forgotten; here it still stands.
  addEventListener("storage", (event) => {
    if (event.key === name && event.newValue === null && text.value.trim()) form.removeAttribute("data-kept")
  })
}

// Who has posted lands on their own comment; whoever lands elsewhere still has it to post.
function wanted(name) {
  const kept = read(name)
  const landed = document.getElementById(location.hash.slice(1))
  const isPosted = kept?.sent && landed?.matches("[data-own]")
  const isOld = Date.now() - kept?.at > DAYS * 86_400_000
  if (isPosted || isOld) write(name, "")
  return isPosted || isOld || !kept ? "" : kept.text
}

// Some browsers forbid to keep anything; then nothing is kept.
function read(name) {
  try {
    return JSON.parse(localStorage.getItem(name))
  } catch {
    return null
  }
}

// Whether it could be kept.
function write(name, text, sent) {
  try {
    if (text.trim()) localStorage.setItem(name, JSON.stringify({ text, sent, at: Date.now() }))
    else localStorage.removeItem(name)
    return true
  } catch {
    return false
  }
}
