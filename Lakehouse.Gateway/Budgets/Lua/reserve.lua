-- Reserve over all scopes at once, all or nothing: caps of the day, and the rate of the consumer.
-- KEYS: epoch, holds, hold, rate, then one counter per scope.
-- ARGV: day, now, lease ms, calls, tokens, nano usd, record, requests a minute, tokens a minute ('' = no limit), then
--       cap_calls, cap_tokens, cap_nano_usd per scope ('' = none).
-- Answers: {'ok', now, amounts…} | {'day', day} | {'epoch'} | {'denied', scope, dimension, cap, used, held}
--        | {'limited', 'requests' or 'tokens', ms to wait}
local now, day = clock(ARGV[2])
if day ~= ARGV[1] then
  return {'day', day}
end
if not redis.call('GET', KEYS[1]) then
  return {'epoch'}
end

local ask = {tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6])}
local have = {}
for scope = 1, #KEYS - 4 do
  have[scope] = amounts(KEYS[4 + scope])
  for dimension = 1, 3 do
    local cap = ARGV[9 + (scope - 1) * 3 + dimension]
    if cap ~= '' and have[scope][dimension] + have[scope][dimension + 3] + ask[dimension] > tonumber(cap) then
      return {'denied', scope, dimension, cap, string.format('%.0f', have[scope][dimension]), string.format('%.0f', have[scope][dimension + 3])}
    end
  end
end

local limited, wait = rate(KEYS[4], now, ARGV[8], ARGV[9], ask[2])
if limited then
  return {'limited', limited, string.format('%.0f', wait)}
end

local reply = {'ok', string.format('%.0f', now)}
for scope = 1, #KEYS - 4 do
  local key = KEYS[4 + scope]
  redis.call('HINCRBY', key, 'held_calls', ARGV[4])
  redis.call('HINCRBY', key, 'held_tokens', ARGV[5])
  redis.call('HINCRBY', key, 'held_nano_usd', ARGV[6])
  redis.call('EXPIRE', key, 172800)
  for dimension = 1, 3 do
    reply[#reply + 1] = string.format('%.0f', have[scope][dimension])
  end
  for dimension = 1, 3 do
    reply[#reply + 1] = string.format('%.0f', have[scope][dimension + 3] + ask[dimension])
  end
end

local expires = string.format('%.0f', now + tonumber(ARGV[3]))
local counters = {}
for scope = 1, #KEYS - 4 do
  counters[scope] = KEYS[4 + scope]
end
redis.call('HSET', KEYS[3], 'state', 'held', 'expires', expires, 'calls', ARGV[4], 'tokens', ARGV[5], 'nano_usd', ARGV[6],
  'rate', KEYS[4], 'counters', table.concat(counters, '\n'), 'record', ARGV[7])
redis.call('EXPIRE', KEYS[3], 172800)
redis.call('ZADD', KEYS[2], expires, KEYS[3])
return reply
