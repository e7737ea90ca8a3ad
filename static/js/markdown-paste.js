// What is pasted into the text of the form marked data-write: an address over a selection becomes
// a link, and rich text becomes Markdown.

const MARKDOWN = /[\\`*_[\]<]/g
const form = document.querySelector("form[data-write]")
if (form) begin(form)

function begin(form) {
  const text = form.elements.text
  text.addEventListener("paste", (event) => {
    if (event.defaultPrevented) return
    const pasted = event.clipboardData
    const plain = pasted.getData("text/plain")
    const html = pasted.getData("text/html")
    const words = text.value.slice(text.selectionStart, text.selectionEnd)
    if (isAddress(plain) && words.trim() && !isAddress(words)) {
      event.preventDefault()
      put(text, `[${words}](${plain.trim()})`)
    } else if (html) {
      const markdown = toMarkdown(html)
      if (!markdown || markdown.replace(/\\/g, "") === plain.trim()) return
      event.preventDefault()
      put(text, markdown)
    }
  })
}

function put(text, words) {
  text.focus()
  if (!document.execCommand("insertText", false, words)) {
    text.setRangeText(words, text.selectionStart, text.selectionEnd, "end")
    text.dispatchEvent(new Event("input", { bubbles: true }))
  }
}

function isAddress(text) {
  return /^\s*https?:\/\/[^\s<>()]+\s*$/.test(text)
}

function toMarkdown(html) {
  const body = new DOMParser().parseFromString(html, "text/html").body
  for (const away of body.querySelectorAll("script, style, meta, title, button, template")) away.remove()
  return tidy(blocks(body))
}

function tidy(text) {
  return text.replace(/[ \t]+\n/g, "\n").replace(/\n{3,}/g, "\n\n").trim()
}

const BLOCK = /^(ADDRESS|ARTICLE|ASIDE|BLOCKQUOTE|BODY|DD|DIV|DL|DT|FIGCAPTION|FIGURE|FOOTER|H[1-6]|HEADER|HR|LI|MAIN|NAV|OL|P|PRE|SECTION|TABLE|UL)$/

function blocks(parent) {
  let made = ""
  for (const node of parent.childNodes) {
    made += BLOCK.test(node.nodeName) ? `\n\n${block(node)}\n\n` : inline(node)
  }
  return made
}

function block(node) {
  const name = node.nodeName
  if (/^H[1-6]$/.test(name)) return `${"#".repeat(Math.max(2, Number(name[1])))} ${line(node)}`
  if (name === "HR") return "* * *"
  if (name === "PRE") return `\`\`\`\n${node.textContent.replace(/\n$/, "")}\n\`\`\``
  if (name === "BLOCKQUOTE") return tidy(blocks(node)).replace(/^/gm, "> ")
  if (name === "UL" || name === "OL") return items(node)
  if (name === "TABLE") return table(node)
  return blocks(node)
}

function items(list) {
  return [...list.children]
    .filter((item) => item.nodeName === "LI")
    .map((item, index) => {
      const mark = list.nodeName === "OL" ? `${index + 1}. ` : "- "
      const rows = tidy(blocks(item)).replace(/\n\n(?=\s*(?:- |\d+\. ))/g, "\n")
      return mark + rows.replace(/\n(?=.)/g, "\n    ")
    })
    .join("\n")
}

function table(node) {
  const rows = [...node.rows].map((row) => [...row.cells].map((cell) => line(cell).replaceAll("|", "\\|")))
  if (!rows.length) return ""
  const width = Math.max(...rows.map((row) => row.length))
  const drawn = rows.map((row) => `| ${[...row, ...Array(width - row.length).fill("")].join(" | ")} |`)
  drawn.splice(1, 0, `|${" --- |".repeat(width)}`)
  return drawn.join("\n")
}

function line(node) {
  return blocks(node).replace(/\s+/g, " ").trim()
}

function inline(node) {
  if (node.nodeType === Node.TEXT_NODE) return node.data.replace(/\s+/g, " ").replace(MARKDOWN, "\\$&")
  if (node.nodeType !== Node.ELEMENT_NODE) return ""
  const name = node.nodeName
  const weight = node.style.fontWeight
  if (name === "BR") return "\n"
  if (name === "IMG") return /^https?:/.test(node.src) ? `![${node.alt}](${node.src})` : ""
  if (name === "CODE" || name === "KBD" || name === "TT") return `\`${node.textContent}\``
  const inner = blocks(node)
  if (name === "A" && /^(https?:|mailto:)/.test(node.getAttribute("href") ?? "")) return marked(inner, "[", `](${node.href})`)
  // Whole pages come out of some editors inside <b style="font-weight:normal">.
  if ((name === "STRONG" || name === "B") && weight !== "normal" && weight !== "400") return marked(inner, "**", "**")
  if (name === "SPAN" && (weight === "bold" || Number(weight) >= 600)) return marked(inner, "**", "**")
  if (name === "EM" || name === "I" || (name === "SPAN" && node.style.fontStyle === "italic")) return marked(inner, "*", "*")
  return inner
}

// The mark stands at the words: around a space, Markdown takes it for a star.
function marked(inner, left, right) {
  const words = inner.trim()
  if (!words || words.includes("\n\n")) return inner
  const start = inner.indexOf(words)
  return inner.slice(0, start) + left + words + right + inner.slice(start + words.length)
}
