-- The rig's request with a word in the user's text that no request before had: what a node remembers of texts helps with the instructions alone. RIG is the rig's script.
dofile(os.getenv("RIG"))
-- Each run begins behind all earlier ones of the day: a second has no hundred thousand requests.
local body, count = wrk.body, os.time() % 80000 * 100000
request = function()
  count = count + 1
  local word, rest = "", count
  for _ = 1, 7 do word = word .. string.char(97 + rest % 26); rest = math.floor(rest / 26) end
  return wrk.format(nil, nil, nil, (string.gsub(body, "kitchen", word)))
end
