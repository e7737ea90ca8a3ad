// For the form marked data-trial with the address of a style: what is typed of colours and face is
// shown on the page at once. Nothing is saved by it, and what cannot be read changes nothing.

const PAUSE = 300
const NAMES = ["accent", "accent_dark", "face"]
const form = document.querySelector("form[data-trial]")
if (form) begin(form)

function begin(form) {
  const sheet = document.createElement("link")
  sheet.rel = "stylesheet"
  let timer = 0
  form.addEventListener("input", (event) => {
    if (!NAMES.includes(event.target.name)) return
    clearTimeout(timer)
    timer = setTimeout(() => show(form, sheet), PAUSE)
  })
}

async function show(form, sheet) {
  const chosen = new URLSearchParams(NAMES.map((name) => [name, form.elements[name].value]))
  const address = `${form.dataset.trial}?${chosen}`
  const answer = await fetch(address).catch(() => null)
  if (!answer?.ok || answer.redirected) return
  sheet.href = address
  document.head.append(sheet)
}
