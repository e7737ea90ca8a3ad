-- Asks for each of the paths in the file given, one after another and over again.
local paths, number = {}, 0

function init(args)
  for line in io.lines(args[1]) do
    paths[#paths + 1] = line
  end
end

function request()
  number = number % #paths + 1
  return wrk.format("GET", paths[number])
end
