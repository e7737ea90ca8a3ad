// For the form marked data-write: the preview comes under the text without leaving the page, made
// by the server as it would be published; and a line counts words.

const WORDS_A_MINUTE = 230
const PAUSE = 1200
// A longer text is shown anew only when that is asked for.
const MOST_BY_ITSELF = 20_000
const form = document.querySelector("form[data-write]")
if (form) begin(form)

function begin(form) {
  const text = form.elements.text
  const place = document.querySelector("[data-preview]")
  const button = form.querySelector("button[value=preview]")
  let timer = 0
  count(form, text)
  form.addEventListener("submit", (event) => {
    if (event.submitter !== button) return
    event.preventDefault()
    event.stopImmediatePropagation()
    show(form, place).then((isShown) => isShown && place.scrollIntoView({ block: "nearest" }))
  }, true)
  text.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing) return
    event.preventDefault()
    form.requestSubmit(button)
  })
  form.addEventListener("input", () => {
    count(form, text)
    clearTimeout(timer)
    if (!place.hidden && text.value.length < MOST_BY_ITSELF) timer = setTimeout(() => show(form, place), PAUSE)
  })
}

async function show(form, place) {
  const body = new FormData(form)
  body.set("do", "preview")
  try {
    const answer = await fetch(form.getAttribute("action"), { method: "POST", body })
    const page = new DOMParser().parseFromString(await answer.text(), "text/html")
    const made = page.querySelector("[data-preview]")
    const refusals = [...page.querySelectorAll(".field-error, form[data-write] > .refusal")].map((one) => one.textContent)
    form.querySelector("[data-saved]").textContent = refusals.join(" ")
    if (!answer.ok || !made) return false
    place.replaceChildren(...document.adoptNode(made).childNodes)
    place.hidden = false
    return true
  } catch {
    form.querySelector("[data-saved]").textContent = "No connection, so there is no preview now."
    return false
  }
}

function count(form, text) {
  const words = text.value.split(/\s+/).filter(Boolean).length
  const minutes = Math.max(1, Math.round(words / WORDS_A_MINUTE))
  const line = form.querySelector("[data-facts]")
  const lang = document.documentElement.lang
  line.textContent = `${words.toLocaleString(lang)} ${words === 1 ? "word" : "words"}, ${minutes} min to read`
  line.hidden = words === 0
}
