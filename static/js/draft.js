// Keeps what is being written in a form marked data-draft in this browser, under the name in the
// mark, until it was posted. A form that the server has filled in is newer than any draft.

const DAYS = 30
const now = Date.now()

for (const form of document.querySelectorAll("[data-draft]")) {
  const name = `draft-${form.dataset.draft}`
  const text = form.querySelector("textarea")
  const kept = read(name)
  // Who has posted lands on their own comment; whoever lands elsewhere still has it to post.
  const isPosted = kept?.sent && document.getElementById(location.hash.slice(1))?.matches("[data-own]")
  if (isPosted || now - kept?.at > DAYS * 86_400_000) localStorage.removeItem(name)
  else if (kept && !text.value) text.value = kept.text
  let timer
  text.addEventListener("input", () => {
    clearTimeout(timer)
    timer = setTimeout(() => write(name, text.value, false), 300)
  })
  form.addEventListener("submit", (event) => {
    clearTimeout(timer)
    write(name, text.value, event.submitter?.value === "post")
  })
  addEventListener("pagehide", () => {
    if (timer && !read(name)?.sent) write(name, text.value, false)
  })
}

// Some browsers forbid to keep anything; then nothing is kept.
function read(name) {
  try {
    return JSON.parse(localStorage.getItem(name))
  } catch {
    return null
  }
}

function write(name, text, sent) {
  try {
    if (text.trim()) localStorage.setItem(name, JSON.stringify({ text, sent, at: Date.now() }))
    else localStorage.removeItem(name)
  } catch {}
}
