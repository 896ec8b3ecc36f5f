-- Set the day's counters to what the ledger says, once, after Redis lost its data.
-- KEYS: epoch, records, draining, rebuild, then the counters. ARGV: day, now, new epoch, token, then calls, tokens, nano_usd per counter.
-- Answers: {'ok'} | {'done'} (somebody was faster) | {'again'} (something was settled since the ledger was read) | {'day', day}
local _, day = clock(ARGV[2])
if day ~= ARGV[1] then
  return {'day', day}
end
if redis.call('GET', KEYS[1]) then
  return {'done'}
end
if redis.call('GET', KEYS[4]) ~= ARGV[4] then
  return {'again'}
end
if redis.call('LLEN', KEYS[2]) + redis.call('LLEN', KEYS[3]) > 0 then
  return {'again'}
end
for counter = 5, #KEYS do
  local at = 4 + (counter - 5) * 3
  redis.call('DEL', KEYS[counter])
  redis.call('HSET', KEYS[counter], 'calls', ARGV[at + 1], 'tokens', ARGV[at + 2], 'nano_usd', ARGV[at + 3])
  redis.call('EXPIRE', KEYS[counter], 172800)
end
redis.call('SET', KEYS[1], ARGV[3])
redis.call('DEL', KEYS[4])
return {'ok'}
