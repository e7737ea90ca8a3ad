// For each form marked data-forget with a sign-in name and a number: who signs out leaves nothing of
// what they were writing in this browser. Where another script holds the form back, it comes again.

for (const form of document.querySelectorAll("[data-forget]")) {
  const [login, id] = form.dataset.forget.split(" ")
  form.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return
    try {
      const names = Object.keys(localStorage)
      const own = names.filter((name) => name.startsWith(`unsaved:${login}:`) || (name.startsWith("draft-") && name.endsWith(`-${id}`)))
      for (const name of own) localStorage.removeItem(name)
    } catch {
      // A browser that forbids to keep anything has kept nothing.
    }
  })
}
