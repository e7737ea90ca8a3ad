-- Asks with another query each time, which begins with the word given, so that no answer was
-- kept before.
local word, number = "", 0

function init(args)
  word = args[1]
end

function request()
  number = number + 1
  return wrk.format("GET", wrk.path .. "?n=" .. word .. "-" .. number)
end
