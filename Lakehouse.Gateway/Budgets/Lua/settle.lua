-- Move a hold to what was really used, exactly once, and append the usage record in the same step.
-- KEYS: epoch, holds, hold, records, rebuild, rate, then one counter per scope (as reserved).
-- ARGV: mode (settle | release | sweep), now, calls, tokens, nano usd, record ('' = none).
-- Answers: {'ok', amounts…} | {'already'} | {'alive'} (sweep of a lease that still runs)
-- Redis takes "-0" for no number (Garnet does not mind)
local function minus(text)
  return string.format('%.0f', 0 - tonumber(text))
end

local mode, now = ARGV[1], clock(ARGV[2])
local hold = KEYS[3]
local state = redis.call('HGET', hold, 'state')
if state == 'done' or (mode == 'sweep' and not state) then
  redis.call('ZREM', KEYS[2], hold)
  return {'already'}
end
if mode == 'sweep' and tonumber(redis.call('HGET', hold, 'expires')) > now then
  return {'alive'}
end

-- A hold that is missing was lost with Redis' data. What it used is charged all the same; where the counters were not
-- rebuilt yet (no epoch), the record alone does it, because rebuilding counts the records.
local epoch = redis.call('GET', KEYS[1])
local charge = state == 'held' or epoch
if not epoch then
  -- a rebuild that has read the ledger already would miss this record: it must begin again
  redis.call('DEL', KEYS[5])
end
if state == 'held' then
  give_back(KEYS[6], now, tonumber(redis.call('HGET', hold, 'tokens')) - tonumber(ARGV[4]))
end
local reply = {'ok'}
for scope = 7, #KEYS do
  local key = KEYS[scope]
  if state == 'held' then
    redis.call('HINCRBY', key, 'held_calls', minus(redis.call('HGET', hold, 'calls')))
    redis.call('HINCRBY', key, 'held_tokens', minus(redis.call('HGET', hold, 'tokens')))
    redis.call('HINCRBY', key, 'held_nano_usd', minus(redis.call('HGET', hold, 'nano_usd')))
  end
  if charge then
    redis.call('HINCRBY', key, 'calls', ARGV[3])
    redis.call('HINCRBY', key, 'tokens', ARGV[4])
    redis.call('HINCRBY', key, 'nano_usd', ARGV[5])
    redis.call('EXPIRE', key, 172800)
  end
  for _, n in ipairs(amounts(key)) do
    reply[#reply + 1] = string.format('%.0f', n)
  end
end

-- the tombstone makes a second settle do nothing
redis.call('DEL', hold)
redis.call('HSET', hold, 'state', 'done')
redis.call('EXPIRE', hold, 3600)
redis.call('ZREM', KEYS[2], hold)
if ARGV[6] ~= '' then
  redis.call('LPUSH', KEYS[4], ARGV[6])
end
return reply
