// Asks before a page is left with text in a form marked data-unsaved that was typed and not sent.
// The value "typed" says that the page already came with such text, data-kept that it is not lost.

for (const form of document.querySelectorAll("[data-unsaved]")) {
  let typed = form.dataset.unsaved === "typed"
  form.addEventListener("input", () => (typed = true))
  form.addEventListener("submit", () => (typed = false))
  addEventListener("beforeunload", (event) => {
    if (typed && !form.hasAttribute("data-kept")) event.preventDefault()
  })
}
