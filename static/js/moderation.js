// For the form marked data-moderation: j and k go from comment to comment, a and r press the buttons
// beside it that have these keys.

for (const form of document.querySelectorAll("[data-moderation]")) {
  const cases = [...form.querySelectorAll("[data-case]")]
  form.querySelector("[data-keys]").hidden = false
  const present = () => cases.findIndex((one) => one.contains(document.activeElement))

  const go = (to) => {
    const tick = cases[Math.max(0, Math.min(to, cases.length - 1))].querySelector("[type=checkbox]")
    tick.focus()
    tick.closest("[data-case]").scrollIntoView({ block: "nearest" })
  }

  const press = (key) => {
    const button = cases[present()]?.querySelector(`[data-key="${key}"]`)
    button?.click()
    return Boolean(button)
  }

  const act = (key) => {
    if (key === "j") go(present() + 1)
    else if (key === "k") go(present() < 0 ? 0 : present() - 1)
    else return press(key)
    return true
  }

  document.addEventListener("keydown", (event) => {
    const isTyping = event.target.matches("input:not([type=checkbox]), textarea, select")
    if (isTyping || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return
    if (/^[ajkr]$/.test(event.key) && act(event.key)) event.preventDefault()
  })
}
