-- Set the day's counters to what the ledger says, once, after Redis lost its data, and hold again what is on its way.
-- KEYS: epoch, records, draining, rebuild, holds, then the counters, then the holds. ARGV: day, now, new epoch, token, number of counters,
--   then calls, tokens, nano_usd used and held per counter, then lease ms and the hold as it is kept per hold.
-- Answers: {'ok'} | {'done'} (somebody was faster) | {'again'} (something was settled since the ledger was read) | {'day', day}
local now, day = clock(ARGV[2])
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
local counters, at = tonumber(ARGV[5]), 6
for counter = 6, 5 + counters do
  redis.call('DEL', KEYS[counter])
  redis.call('HSET', KEYS[counter], 'calls', ARGV[at], 'tokens', ARGV[at + 1], 'nano_usd', ARGV[at + 2], 'held_calls', ARGV[at + 3], 'held_tokens', ARGV[at + 4], 'held_nano_usd', ARGV[at + 5])
  redis.call('EXPIRE', KEYS[counter], 172800)
  at = at + 6
end
for hold = 6 + counters, #KEYS do
  redis.call('SET', KEYS[hold], ARGV[at + 1])
  redis.call('ZADD', KEYS[5], whole(now + tonumber(ARGV[at])), KEYS[hold])
  at = at + 2
end
redis.call('SET', KEYS[1], ARGV[3])
redis.call('DEL', KEYS[4])
return {'ok'}
