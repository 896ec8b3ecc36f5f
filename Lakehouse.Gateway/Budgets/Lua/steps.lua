-- Reserves and settles of many calls in the order they came. Each is all or nothing; what they share is read once and written once.
-- KEYS: epoch, holds, records, rebuild, then each counter once, then hold and rate of each step.
-- ARGV: now, number of counters, then the steps: kind, number of scopes, position of each scope's counter (from 1), and
--   reserve: day, lease ms, calls, tokens, nano usd, record, requests a minute, tokens a minute ('' = no limit), then
--            cap_calls, cap_tokens, cap_nano_usd per scope ('' = none)
--   settle: mode (settle | release | sweep), calls, tokens, nano usd, record ('' = none), epoch when it was reserved ('' = not known)
-- Answers: one text for each step, then one for each counter with its six amounts.
--   reserve: 'ok EPOCH' | 'day DAY' | 'epoch' | 'denied SCOPE DIMENSION USED HELD' | 'limited requests|tokens MS'
--   settle: 'ok' | 'already' | 'alive' (sweep of a lease that still runs)
--   either: 'error WHY'
local now, today = clock(ARGV[1])
local epoch = redis.call('GET', KEYS[1])
local total = tonumber(ARGV[2])
local counters, touched = {}, {}
for counter = 1, total do
  counters[counter] = amounts(KEYS[4 + counter])
end

local function reserve(hold, rated, scopes, at)
  if ARGV[at] ~= today then
    return 'day ' .. today
  end
  if not epoch then
    return 'epoch'
  end
  local ask = {tonumber(ARGV[at + 2]), tonumber(ARGV[at + 3]), tonumber(ARGV[at + 4])}
  for scope = 1, #scopes do
    local n = counters[scopes[scope]]
    for dimension = 1, 3 do
      local cap = ARGV[at + 7 + (scope - 1) * 3 + dimension]
      if cap ~= '' and n[dimension] + n[dimension + 3] + ask[dimension] > tonumber(cap) then
        return table.concat({'denied', scope, dimension, whole(n[dimension]), whole(n[dimension + 3])}, ' ')
      end
    end
  end
  local requests, tokens = ARGV[at + 6], ARGV[at + 7]
  if requests ~= '' or tokens ~= '' then
    local limited, wait = rate(rated, now, requests, tokens, ask[2])
    if limited then
      return 'limited ' .. limited .. ' ' .. whole(wait)
    end
  end

  -- one text: what is held, until when, of which rate and counters, and the record, which may hold anything
  local expires, names = whole(now + tonumber(ARGV[at + 1])), {}
  for scope = 1, #scopes do
    names[scope] = KEYS[4 + scopes[scope]]
  end
  redis.call('ZADD', KEYS[2], expires, hold)
  redis.call('SET', hold, table.concat({ARGV[at + 2], ARGV[at + 3], ARGV[at + 4], expires, tokens ~= '' and '1' or '0', rated, table.concat(names, ' '), ARGV[at + 5]}, '\n'), 'EX', 172800)
  for scope = 1, #scopes do
    local n = counters[scopes[scope]]
    touched[scopes[scope]] = true
    for dimension = 1, 3 do
      n[dimension + 3] = n[dimension + 3] + ask[dimension]
    end
  end
  return 'ok ' .. epoch
end

-- Moves a hold to what was really used, exactly once, and appends the usage record in the same step.
local function settle(key, rated, scopes, at)
  local mode, hold = ARGV[at], redis.call('GET', key)
  local calls, tokens, nano_usd, expires, limited
  if hold then
    calls, tokens, nano_usd, expires, limited = string.match(hold, '^(%d+)\n(%d+)\n(%d+)\n(%d+)\n(%d)\n')
    if not calls then
      error('the hold ' .. key .. ' is damaged')
    end
  elseif mode == 'sweep' or (epoch and epoch == ARGV[at + 5]) then
    -- settled before: since it was reserved Redis has lost nothing, so the hold is missing because it ended
    redis.call('ZREM', KEYS[2], key)
    return 'already'
  end
  if mode == 'sweep' and tonumber(expires) > now then
    return 'alive'
  end

  -- A hold that is missing was lost with Redis' data. What it used is charged all the same; where the counters were not
  -- rebuilt yet (no epoch), the record alone does it, because rebuilding counts the records.
  if not epoch then
    -- a rebuild that has read the ledger already would miss this record: it must begin again
    redis.call('DEL', KEYS[4])
  end
  local used = {tonumber(ARGV[at + 1]), tonumber(ARGV[at + 2]), tonumber(ARGV[at + 3])}
  local held = hold and {tonumber(calls), tonumber(tokens), tonumber(nano_usd)} or {0, 0, 0}
  if ARGV[at + 4] ~= '' then
    redis.call('LPUSH', KEYS[3], ARGV[at + 4])
  end
  redis.call('DEL', key)
  redis.call('ZREM', KEYS[2], key)
  for scope = 1, #scopes do
    local n = counters[scopes[scope]]
    touched[scopes[scope]] = true
    for dimension = 1, 3 do
      if hold or epoch then
        n[dimension] = n[dimension] + used[dimension]
      end
      n[dimension + 3] = n[dimension + 3] - held[dimension]
    end
  end
  if limited == '1' then
    give_back(rated, now, held[2] - used[2])
  end
  return 'ok'
end

local answers, at, keys = {}, 3, 4 + total
while at <= #ARGV do
  local kind, count, scopes = ARGV[at], tonumber(ARGV[at + 1]), {}
  for scope = 1, count do
    scopes[scope] = tonumber(ARGV[at + 1 + scope])
  end
  -- one that fails must not take the others along, whose holds are written already
  local done, answer = pcall(kind == 'reserve' and reserve or settle, KEYS[keys + 1], KEYS[keys + 2], scopes, at + 2 + count)
  answers[#answers + 1] = done and answer or 'error ' .. tostring(type(answer) == 'table' and answer.err or answer)
  at = at + 2 + count + (kind == 'reserve' and 8 + 3 * count or 6)
  keys = keys + 2
end
for counter = 1, total do
  answers[#answers + 1] = keep_amounts(KEYS[4 + counter], counters[counter], touched[counter])
end
return answers
