// Completion in a field of tags with commas between: the list goes on behind those that are there.

const field = document.querySelector("input[list=known-tags]")
if (field) begin(field)

function begin(field) {
  const options = [...field.list.options]
  const names = options.map((option) => option.value)
  field.addEventListener("input", () => {
    const before = field.value.match(/^.*,\s*/)?.[0] ?? ""
    const there = before.toLowerCase().split(",").map((name) => name.trim())
    options.forEach((option, index) => {
      option.disabled = there.includes(names[index].toLowerCase())
      option.value = before + names[index]
    })
  })
}
