// Links to a comment that do not name its page, such as old ones, lead to the first page, and what
// stands behind the # never reaches the server. The discussion, marked data-comments, says how many
// comments a page has and the last number there is; what is not on this page is on another.

const discussion = document.querySelector("[data-comments]")

const find = () => {
  const number = Number(/^#comment-([1-9][0-9]{0,8})$/.exec(location.hash)?.[1])
  const { comments: last, onPage: size } = discussion.dataset
  if (!number || number > last || document.getElementById(`comment-${number}`)) return
  const after = Math.floor((number - 1) / size) * size
  const page = after ? `?after=${after}` : ""
  // What is not on its own page either is nowhere: it was withdrawn.
  if (location.search !== page) location.replace(`${location.pathname}${page}${location.hash}`)
}

find()
addEventListener("hashchange", find)
