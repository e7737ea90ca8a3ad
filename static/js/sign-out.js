// For each form marked data-forget with a sign-in name and a number: who signs out leaves nothing of
// what they were writing in this browser. Where another script holds the form back, it comes again.
// A page marked data-forgotten in the same way is shown to who has left the blog.
// Only their own texts go: others may write in this browser, too. A text that stands in another
// window stays there, and that window asks before it is closed.

for (const form of document.querySelectorAll("[data-forget]")) {
  form.addEventListener("submit", (event) => {
    if (!event.defaultPrevented) forget(form.dataset.forget)
  })
}
for (const page of document.querySelectorAll("[data-forgotten]")) forget(page.dataset.forgotten)

function forget(whose) {
  const [login, id] = whose.split(" ")
  try {
    const names = Object.keys(localStorage)
    const own = names.filter((name) => name.startsWith(`unsaved:${login}:`) || (name.startsWith("draft-") && name.endsWith(`-${id}`)))
    for (const name of own) localStorage.removeItem(name)
  } catch {
    // A browser that forbids to keep anything has kept nothing.
  }
}
