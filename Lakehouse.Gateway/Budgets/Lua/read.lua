-- KEYS: counters. ARGV: day, now. Answers: {'ok', amounts…} | {'day', day}
local _, day = clock(ARGV[2])
if day ~= ARGV[1] then
  return {'day', day}
end
local reply = {'ok'}
for key = 1, #KEYS do
  local n = amounts(KEYS[key])
  for i = 1, 6 do
    reply[#reply + 1] = whole(n[i])
  end
end
return reply
