// Pictures for the form marked data-write that says where they are taken (data-media): pasted into
// the text, dropped on it, or chosen on the device. What each shows is asked for; while it is sent
// the text holds its place, and nothing is saved before it is there.

const AGAIN = 1500
const WIDE = 320
const form = document.querySelector("form[data-write][data-media]")
if (form) begin(form)

function begin(form) {
  const text = form.elements.text
  const picker = document.querySelector("[data-picker]")
  const sender = { form, text, line: form.querySelector("[data-pictures]"), sending: new Set(), count: 0 }
  for (const plain of form.querySelectorAll("[data-without-scripts]")) plain.hidden = true
  text.addEventListener("paste", (event) => {
    const files = [...event.clipboardData.files].filter((file) => file.type.startsWith("image/"))
    if (!files.length || event.clipboardData.getData("text/plain")) return
    event.preventDefault()
    take(sender, files)
  })
  text.addEventListener("dragover", (event) => {
    if (event.dataTransfer.types.includes("Files")) event.preventDefault()
  })
  text.addEventListener("drop", (event) => {
    const files = [...event.dataTransfer.files]
    if (!files.length) return
    event.preventDefault()
    const place = document.caretPositionFromPoint?.(event.clientX, event.clientY)
    if (place?.offsetNode === text) text.setSelectionRange(place.offset, place.offset)
    take(sender, files)
  })
  picker.addEventListener("change", () => {
    const files = [...picker.files]
    picker.value = ""
    take(sender, files)
  })
  form.addEventListener("put", (event) => put(text, event.detail.markdown, event.detail.at))
  form.addEventListener("submit", (event) => hold(sender, event), true)
}

// A save waits for what is on its way; the preview comes at once.
function hold(sender, event) {
  if (!sender.sending.size || event.submitter?.value === "preview") return
  event.preventDefault()
  event.stopImmediatePropagation()
  tell(sender, "This is saved as soon as the picture is there.")
  Promise.all(sender.sending).then((taken) => {
    if (taken.every(Boolean)) sender.form.requestSubmit(event.submitter)
  })
}

async function take(sender, files) {
  tell(sender, "")
  for (const file of files) {
    const at = sender.text.selectionEnd
    const alt = file.type.startsWith("image/") ? await ask(file) : ""
    if (alt === null) continue
    const sent = send(sender, file, alt, at)
    sender.sending.add(sent)
    sent.finally(() => sender.sending.delete(sent))
  }
}

// The words for those who cannot see it, null if it shall be left out.
async function ask(file) {
  const dialog = document.querySelector("[data-describe]")
  const words = dialog.querySelector("input")
  words.value = ""
  dialog.returnValue = ""
  dialog.querySelector("[data-name]").textContent = file.name
  await draw(dialog.querySelector("canvas"), file)
  dialog.showModal()
  await new Promise((done) => dialog.addEventListener("close", done, { once: true }))
  return dialog.returnValue === "put" ? words.value : null
}

async function draw(canvas, file) {
  const image = await createImageBitmap(file, { resizeWidth: WIDE }).catch(() => null)
  canvas.hidden = !image
  if (!image) return
  canvas.width = image.width
  canvas.height = image.height
  canvas.getContext("2d").drawImage(image, 0, 0)
}

// Whether it was taken.
async function send(sender, file, alt, at) {
  const place = `[${file.name.replace(/[[\]\\]/g, "")} is on its way (${(sender.count += 1)})]`
  const body = new FormData()
  body.append("file", file)
  body.append("alt", alt)
  body.append("key", [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join(""))
  put(sender.text, place, at)
  const { markdown, error } = await post(sender.form, body)
  const isPlaced = replace(sender.text, place, markdown ?? "")
  if (!markdown) tell(sender, `${file.name} is not in the text. ${error}`)
  else if (!isPlaced) tell(sender, `Its place in the text is gone, so ${file.name} is in the library alone.`)
  return Boolean(markdown)
}

// Sent again it is still one, by its key; the first answer may have been lost on its way.
async function post(form, body, isSecond = false) {
  body.set("csrf_token", form.elements.csrf_token.value)
  try {
    const answer = await fetch(form.dataset.media, { method: "POST", body, headers: { Accept: "application/json" } })
    if (answer.redirected) return { error: "You are not signed in any more. Sign in, and try again." }
    if (answer.headers.get("Content-Type")?.startsWith("application/json")) return await answer.json()
    return { error: answer.status === 413 ? "It is too large." : "The server did not take it. Try again." }
  } catch {
    if (isSecond) return { error: "There is no connection. Try again when there is one." }
    await new Promise((done) => setTimeout(done, AGAIN))
    return post(form, body, true)
  }
}

// As a paragraph of its own, where the caret was before a dialog was opened, from which not every
// browser brings it back; as if typed, so that it can be undone.
function put(text, words, at) {
  const before = text.value.slice(0, at)
  const after = text.value.slice(at)
  const above = before && "\n\n".slice(before.match(/\n{0,2}$/)[0].length)
  const below = after ? "\n\n".slice(after.match(/^\n{0,2}/)[0].length) : "\n"
  text.focus()
  text.setSelectionRange(at, at)
  if (!document.execCommand("insertText", false, above + words + below)) {
    text.setRangeText(above + words + below, at, at, "end")
    text.dispatchEvent(new Event("input", { bubbles: true }))
  }
}

function replace(text, place, words) {
  const start = text.value.indexOf(place)
  if (start < 0) return false
  text.setRangeText(words, start, start + place.length, "preserve")
  text.dispatchEvent(new Event("input", { bubbles: true }))
  return true
}

function tell(sender, sentence) {
  sender.line.textContent = sentence
  sender.line.hidden = !sentence
}
