-- KEYS: counters. ARGV: day, now. Answers: {'ok', amounts…} | {'day', day}
local _, day = clock(ARGV[2])
if day ~= ARGV[1] then
  return {'day', day}
end
local reply = {'ok'}
for key = 1, #KEYS do
  for _, n in ipairs(amounts(KEYS[key])) do
    reply[#reply + 1] = string.format('%.0f', n)
  end
end
return reply
