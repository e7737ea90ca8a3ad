// Marks of Markdown by button and by key, for the form marked data-write.

const form = document.querySelector("form[data-write]")
if (form) begin(form)

function begin(form) {
  const text = form.elements.text
  const bar = form.querySelector("[data-toolbar]")
  bar.hidden = false
  bar.addEventListener("click", (event) => {
    const mark = event.target.closest("[data-mark]")
    if (mark) MARKS[mark.dataset.mark](text)
  })
  text.addEventListener("keydown", (event) => {
    const name = named(event)
    if (!name) return
    event.preventDefault()
    MARKS[name](text)
  })
  document.addEventListener("keydown", (event) => {
    if (isCommand(event) && event.code === "KeyS" && !event.shiftKey && !event.altKey) {
      event.preventDefault()
      form.requestSubmit(form.querySelector("button[value=save]"))
    }
  })
}

function isCommand(event) {
  return (event.ctrlKey || event.metaKey) && !event.isComposing
}

function named(event) {
  if (!isCommand(event)) return null
  const keys = `${event.altKey ? "Alt+" : ""}${event.shiftKey ? "Shift+" : ""}${event.code}`
  return KEYS[keys] ?? null
}

const KEYS = {
  KeyB: "bold",
  KeyI: "italic",
  KeyK: "link",
  KeyE: "code",
  "Alt+Digit2": "heading",
  "Shift+Digit8": "list",
  "Shift+Digit9": "quote",
  "Alt+KeyI": "image",
  "Alt+KeyF": "footnote",
}

const MARKS = {
  bold: (text) => around(text, "**", "**"),
  italic: (text) => around(text, "*", "*"),
  link: (text) => around(text, "[", "](https://)"),
  image: (text) => around(text, "![", "](https://)"),
  heading: (text) => before(text, () => "## "),
  list: (text) => before(text, () => "- "),
  quote: (text) => before(text, () => "> "),
  code: (text) => (selected(text).includes("\n") ? around(text, "```\n", "\n```") : around(text, "`", "`")),
  footnote,
}

function selected(text) {
  return text.value.slice(text.selectionStart, text.selectionEnd)
}

// As if typed, so that it can be undone; Firefox does that in a textarea as well.
function put(text, words) {
  text.focus()
  if (!document.execCommand("insertText", false, words)) {
    text.setRangeText(words, text.selectionStart, text.selectionEnd, "end")
    text.dispatchEvent(new Event("input", { bubbles: true }))
  }
}

function around(text, left, right) {
  const start = text.selectionStart
  const words = selected(text)
  put(text, left + words + right)
  text.setSelectionRange(start + left.length, start + left.length + words.length)
}

// Each line of the selection gets the mark, or loses it where all have it.
function before(text, mark) {
  const start = text.value.lastIndexOf("\n", text.selectionStart - 1) + 1
  const end = Math.max(text.selectionEnd, start)
  const lines = text.value.slice(start, end).split("\n")
  const have = lines.every((line) => line.startsWith(mark()))
  text.setSelectionRange(start, end)
  put(text, lines.map((line) => (have ? line.slice(mark().length) : mark() + line)).join("\n"))
}

function footnote(text) {
  const numbers = [...text.value.matchAll(/\[\^(\d+)\]/g)].map((found) => Number(found[1]))
  const mark = `[^${Math.max(0, ...numbers) + 1}]`
  text.setSelectionRange(text.selectionEnd, text.selectionEnd)
  put(text, mark)
  text.setSelectionRange(text.value.length, text.value.length)
  put(text, `${text.value.endsWith("\n") ? "" : "\n"}\n${mark}: `)
}
