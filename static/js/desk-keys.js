// Keys of the desk: ? opens the list of them, / goes to the search, and g with a letter to the part
// of the desk that is marked with it (data-go). They come before the keys of a page.

const PATIENCE = 1500
const list = document.querySelector("[data-shortcuts]")
let asked = 0

for (const place of document.querySelectorAll(".desk-menu [data-keys]")) place.hidden = false
for (const button of document.querySelectorAll("[data-shortcuts-open]")) {
  button.addEventListener("click", () => list.showModal())
}

document.addEventListener("keydown", (event) => {
  const isTyping = event.target.closest("input:not([type=checkbox], [type=radio]), textarea, select, dialog")
  if (isTyping || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return
  if (!act(event.key)) return
  event.preventDefault()
  event.stopPropagation()
}, true)

// Whether the key has a meaning here.
function act(key) {
  const isWay = Date.now() - asked < PATIENCE
  asked = key === "g" && !isWay ? Date.now() : 0
  if (asked) return true
  const part = isWay && /^[a-z]$/.test(key) && document.querySelector(`[data-go="${key}"]`)
  const search = key === "/" && document.querySelector(".desk [type=search]")
  if (part) part.click()
  else if (search) search.focus()
  else if (key === "?") list.showModal()
  else return isWay
  return true
}
