-- KEYS: one counter. ARGV: day, now. Answers: {'ok', amounts…} | {'day', day}
local _, day = clock(ARGV[2])
if day ~= ARGV[1] then
  return {'day', day}
end
local reply = {'ok'}
for _, n in ipairs(amounts(KEYS[1])) do
  reply[#reply + 1] = string.format('%.0f', n)
end
return reply
