// The library of uploads in the dialog marked data-library: found, looked at, and put into the text
// of the form marked data-write, which is told by the event "put".

const dialog = document.querySelector("[data-library]")
if (dialog) begin(dialog)

function begin(dialog) {
  const form = document.querySelector("form[data-write]")
  const find = dialog.querySelector("[data-find]")
  const shelf = dialog.querySelector("[data-shelf]")
  const older = dialog.querySelector("[data-older]")
  let at = 0
  let latest = null
  const open = () => {
    at = form.elements.text.selectionEnd
    dialog.showModal()
    show(form.dataset.media)
  }
  document.querySelector("[data-library-open]").addEventListener("click", open)
  form.addEventListener("keydown", (event) => {
    if (event.code !== "KeyP" || !event.altKey || !(event.ctrlKey || event.metaKey)) return
    event.preventDefault()
    open()
  })
  dialog.querySelector("[data-device]").addEventListener("click", () => {
    dialog.close()
    document.querySelector("[data-picker]").click()
  })
  find.addEventListener("submit", (event) => {
    event.preventDefault()
    show(`${form.dataset.media}?q=${encodeURIComponent(find.elements.q.value)}`)
  })
  older.addEventListener("click", () => show(older.dataset.older, false))
  shelf.addEventListener("click", (event) => {
    const chosen = event.target.closest("[data-markdown]")
    if (!chosen) return
    dialog.close()
    form.dispatchEvent(new CustomEvent("put", { detail: { markdown: chosen.dataset.markdown, at } }))
  })

  async function show(address, isNew = true) {
    const line = dialog.querySelector("[role=status]")
    const question = (latest = Symbol(address))
    line.textContent = isNew ? "Looking …" : ""
    if (isNew) {
      shelf.replaceChildren()
      older.hidden = true
    }
    const page = await fetched(address)
    if (question !== latest) return // Overtaken: only the last question's answer is shown.
    const found = [...page.querySelectorAll("[data-markdown]")]
    shelf.append(...found.map(asButton))
    line.textContent = page.querySelector("#shelf .nothing")?.firstChild.textContent ?? (page.querySelector("#shelf") ? "" : "The library does not answer.")
    older.dataset.older = page.querySelector(".pager-older")?.getAttribute("href") ?? ""
    older.hidden = !older.dataset.older
  }
}

async function fetched(address) {
  try {
    const answer = await fetch(address)
    return new DOMParser().parseFromString(await answer.text(), "text/html")
  } catch {
    return new Document()
  }
}

function asButton(place) {
  const item = document.createElement("li")
  const button = document.createElement("button")
  button.type = "button"
  button.className = "shelf-link"
  button.dataset.markdown = place.dataset.markdown
  button.append(...document.adoptNode(place.querySelector(".shelf-link")).childNodes)
  item.append(button)
  return item
}
