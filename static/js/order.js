// For the form marked data-order: rows are drawn by their handle to another place, and the new order
// is sent at once. The arrows beside them do the same without this.

for (const form of document.querySelectorAll("form[data-order]")) {
  const list = form.querySelector("ol")
  const said = form.querySelector("[data-order-said]")
  const rows = () => [...list.querySelectorAll("[data-id]")]
  const order = () => rows().map((row) => row.dataset.id).join(",")

  const number = () => {
    const all = rows()
    all.forEach((row, place) => {
      row.querySelector("[value^=up]").disabled = place === 0
      row.querySelector("[value^=down]").disabled = place === all.length - 1
    })
  }

  const send = async () => {
    const body = new URLSearchParams(new FormData(form))
    body.set("order", order())
    const answer = await fetch(form.action, { method: "POST", body }).catch(() => null)
    // Who is not signed in any more is led to where they can be.
    const isSaved = answer?.ok && new URL(answer.url).pathname === location.pathname
    said.textContent = isSaved ? "The order is saved." : "The order could not be saved. Load the page again and try once more."
  }

  const under = (row, y) => rows().find((other) => {
    const box = other.getBoundingClientRect()
    return other !== row && y > box.top && y < box.bottom
  })

  const draw = (row, event) => {
    const other = under(row, event.clientY)
    if (!other) return
    const box = other.getBoundingClientRect()
    const isBefore = event.clientY < box.top + box.height / 2
    list.insertBefore(row, isBefore ? other : other.nextElementSibling)
  }

  for (const handle of list.querySelectorAll("[data-order-handle]")) {
    const row = handle.closest("[data-id]")
    handle.hidden = false
    handle.addEventListener("pointerdown", (down) => {
      const before = order()
      const drawing = new AbortController()
      const move = (event) => draw(row, event)
      const end = () => {
        drawing.abort()
        row.classList.remove("is-drawn")
        number()
        if (order() !== before) send()
      }
      down.preventDefault()
      row.classList.add("is-drawn")
      // Not by capture: a row that is put elsewhere in the page loses it.
      document.addEventListener("pointermove", move, { signal: drawing.signal })
      document.addEventListener("pointerup", end, { signal: drawing.signal })
      document.addEventListener("pointercancel", end, { signal: drawing.signal })
    })
  }
}
