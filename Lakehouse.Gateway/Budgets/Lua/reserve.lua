-- Reserve over all scopes at once, all or nothing.
-- KEYS: epoch, holds, hold, then one counter per scope.
-- ARGV: day, now, lease ms, calls, tokens, nano usd, record, then cap_calls, cap_tokens, cap_nano_usd per scope ('' = none).
-- Answers: {'ok', now, amounts…} | {'day', day} | {'epoch'} | {'denied', scope, dimension, cap, used, held}
local now, day = clock(ARGV[2])
if day ~= ARGV[1] then
  return {'day', day}
end
local epoch = redis.call('GET', KEYS[1])
if not epoch then
  return {'epoch'}
end

local ask = {tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6])}
for scope = 1, #KEYS - 3 do
  local have = amounts(KEYS[3 + scope])
  for dimension = 1, 3 do
    local cap = ARGV[7 + (scope - 1) * 3 + dimension]
    if cap ~= '' and have[dimension] + have[dimension + 3] + ask[dimension] > tonumber(cap) then
      return {'denied', scope, dimension, cap, string.format('%.0f', have[dimension]), string.format('%.0f', have[dimension + 3])}
    end
  end
end

local reply = {'ok', string.format('%.0f', now)}
for scope = 1, #KEYS - 3 do
  local key = KEYS[3 + scope]
  redis.call('HINCRBY', key, 'held_calls', ARGV[4])
  redis.call('HINCRBY', key, 'held_tokens', ARGV[5])
  redis.call('HINCRBY', key, 'held_nano_usd', ARGV[6])
  redis.call('EXPIRE', key, 172800)
  for _, n in ipairs(amounts(key)) do
    reply[#reply + 1] = string.format('%.0f', n)
  end
end

local expires = string.format('%.0f', now + tonumber(ARGV[3]))
local counters = {}
for scope = 1, #KEYS - 3 do
  counters[scope] = KEYS[3 + scope]
end
redis.call('HSET', KEYS[3], 'state', 'held', 'expires', expires, 'calls', ARGV[4], 'tokens', ARGV[5], 'nano_usd', ARGV[6],
  'counters', table.concat(counters, '\n'), 'record', ARGV[7])
redis.call('EXPIRE', KEYS[3], 172800)
redis.call('ZADD', KEYS[2], expires, KEYS[3])
return reply
