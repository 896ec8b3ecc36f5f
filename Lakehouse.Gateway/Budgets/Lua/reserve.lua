-- Reserve over all scopes at once, all or nothing: caps of the day, and the rate of the consumer.
-- KEYS: epoch, holds, hold, rate, then one counter per scope.
-- ARGV: day, now, lease ms, calls, tokens, nano usd, record, requests a minute, tokens a minute ('' = no limit), then
--       cap_calls, cap_tokens, cap_nano_usd per scope ('' = none).
-- Answers: {'ok', epoch, amounts…} | {'day', day} | {'epoch'} | {'denied', scope, dimension, cap, used, held}
--        | {'limited', 'requests' or 'tokens', ms to wait}
local now, day = clock(ARGV[2])
if day ~= ARGV[1] then
  return {'day', day}
end
local epoch = redis.call('GET', KEYS[1])
if not epoch then
  return {'epoch'}
end

local ask = {tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6])}
local have = {}
for scope = 1, #KEYS - 4 do
  local n = amounts(KEYS[4 + scope])
  for dimension = 1, 3 do
    local cap = ARGV[9 + (scope - 1) * 3 + dimension]
    if cap ~= '' and n[dimension] + n[dimension + 3] + ask[dimension] > tonumber(cap) then
      return {'denied', scope, dimension, cap, whole(n[dimension]), whole(n[dimension + 3])}
    end
  end
  have[scope] = n
end

if ARGV[8] ~= '' or ARGV[9] ~= '' then
  local limited, wait = rate(KEYS[4], now, ARGV[8], ARGV[9], ask[2])
  if limited then
    return {'limited', limited, whole(wait)}
  end
end

local reply, counters = {'ok', epoch}, {}
for scope = 1, #KEYS - 4 do
  local n = have[scope]
  for dimension = 1, 3 do
    n[dimension + 3] = n[dimension + 3] + ask[dimension]
  end
  keep_amounts(KEYS[4 + scope], n, reply)
  counters[scope] = KEYS[4 + scope]
end

-- one text: what is held, until when, of which rate and counters, and the record, which may hold anything
local expires = whole(now + tonumber(ARGV[3]))
redis.call('SET', KEYS[3], table.concat({ARGV[4], ARGV[5], ARGV[6], expires, ARGV[9] ~= '' and '1' or '0', KEYS[4], table.concat(counters, ' '), ARGV[7]}, '\n'), 'EX', 172800)
redis.call('ZADD', KEYS[2], expires, KEYS[3])
return reply
