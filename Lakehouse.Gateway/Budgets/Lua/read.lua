-- KEYS: counters. ARGV: day, now. Answers: {'ok', six amounts in one text per counter…} | {'day', day}
local _, day = clock(ARGV[2])
if day ~= ARGV[1] then
  return {'day', day}
end
local reply = {'ok'}
for key = 1, #KEYS do
  reply[#reply + 1] = keep_amounts(KEYS[key], amounts(KEYS[key]), false)
end
return reply
