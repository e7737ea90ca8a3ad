// For every form marked data-comment-form: Ctrl+Enter posts, and a line counts what is left.

const NEAR = 500

for (const form of document.querySelectorAll("[data-comment-form]")) {
  const text = form.querySelector("textarea")
  sendByKeys(form, text)
  count(text, form.querySelector("[data-count]"))
}

function sendByKeys(form, text) {
  const post = form.querySelector("button[value=post]")
  text.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing) return
    event.preventDefault()
    form.requestSubmit(post)
  })
  form.querySelector("[data-keys]").hidden = false
}

// Silent until the end comes near, so that nobody writes against a clock.
function count(text, line) {
  const most = text.maxLength
  const show = () => {
    const left = most - text.value.length
    line.hidden = left > NEAR
    line.textContent = line.dataset.count.replace("{left}", left.toLocaleString(document.documentElement.lang))
  }
  text.addEventListener("input", show)
  show()
}
