-- Move a hold to what was really used, exactly once, and append the usage record in the same step.
-- KEYS: epoch, holds, hold, records, rebuild, rate, then one counter per scope (as reserved).
-- ARGV: mode (settle | release | sweep), now, calls, tokens, nano usd, record ('' = none), epoch when it was reserved ('' = not known).
-- Answers: {'ok', amounts…} | {'already'} | {'alive'} (sweep of a lease that still runs)
local mode, hold = ARGV[1], redis.call('GET', KEYS[3])
local epoch = redis.call('GET', KEYS[1])
local calls, tokens, nano_usd, expires, rated
if hold then
  calls, tokens, nano_usd, expires, rated = string.match(hold, '^(%d+)\n(%d+)\n(%d+)\n(%d+)\n(%d)\n')
elseif mode == 'sweep' or (epoch and epoch == ARGV[7]) then
  -- settled before: since it was reserved Redis has lost nothing, so the hold is missing because it ended
  redis.call('ZREM', KEYS[2], KEYS[3])
  return {'already'}
end
if mode == 'sweep' and tonumber(expires) > milliseconds(ARGV[2]) then
  return {'alive'}
end

-- A hold that is missing was lost with Redis' data. What it used is charged all the same; where the counters were not
-- rebuilt yet (no epoch), the record alone does it, because rebuilding counts the records.
if not epoch then
  -- a rebuild that has read the ledger already would miss this record: it must begin again
  redis.call('DEL', KEYS[5])
end
if rated == '1' then
  give_back(KEYS[6], milliseconds(ARGV[2]), tonumber(tokens) - tonumber(ARGV[4]))
end
local used = {tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])}
local held = hold and {tonumber(calls), tonumber(tokens), tonumber(nano_usd)} or {0, 0, 0}
local reply = {'ok'}
for scope = 7, #KEYS do
  local n = amounts(KEYS[scope])
  for dimension = 1, 3 do
    if hold or epoch then
      n[dimension] = n[dimension] + used[dimension]
    end
    n[dimension + 3] = n[dimension + 3] - held[dimension]
  end
  keep_amounts(KEYS[scope], n, reply)
end

redis.call('DEL', KEYS[3])
redis.call('ZREM', KEYS[2], KEYS[3])
if ARGV[6] ~= '' then
  redis.call('LPUSH', KEYS[4], ARGV[6])
end
return reply
