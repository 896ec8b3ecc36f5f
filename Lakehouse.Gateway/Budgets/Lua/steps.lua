-- Reserves and settles of many calls. Those that differ in their amounts alone come as a group, which is decided by its sums
-- where it can be: what one fits, the other does too. Each is all or nothing; what they share is read once and written once.
-- KEYS: epoch, holds, records, rebuild, then each counter once, then for each group the consumer's rate and the holds.
-- ARGV: now, number of counters, then the groups: kind, number of holds, number of scopes, position of each scope's counter (from 1), and
--   reserve: day, lease ms, requests a minute, tokens a minute ('' = no limit), cap_calls, cap_tokens, cap_nano_usd per scope ('' = none),
--            the sums of calls, tokens, nano usd, then each hold as it is kept, which begins with its three amounts, a line each
--   settle:  sweep ('1' = only where the lease is over), limited ('1' = tokens of the rate were taken), the sums of calls, tokens,
--            nano usd that were used, and that are held, then of each 'used calls, tokens, nano usd, held the same, epoch' (the epoch
--            when it was reserved, '' = not known), then the record of each ('' = none)
-- Answers: for each group one text, and where that is 'each' one more for each hold; then one for each counter with its six amounts.
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

local function three(at)
  return {tonumber(ARGV[at]), tonumber(ARGV[at + 1]), tonumber(ARGV[at + 2])}
end

-- Answers which scope and which dimension an amount would pass, or nothing.
local function passed(scopes, caps, ask)
  for scope = 1, #scopes do
    local n = counters[scopes[scope]]
    for dimension = 1, 3 do
      local cap = caps[(scope - 1) * 3 + dimension]
      if cap and n[dimension] + n[dimension + 3] + ask[dimension] > cap then
        return scope, dimension
      end
    end
  end
end

local function change(scopes, used, held)
  for scope = 1, #scopes do
    local n = counters[scopes[scope]]
    touched[scopes[scope]] = true
    for dimension = 1, 3 do
      n[dimension] = n[dimension] + used[dimension]
      n[dimension + 3] = n[dimension + 3] + held[dimension]
    end
  end
end

local nothing = {0, 0, 0}

local function reserve(members, scopes, keys, at)
  if ARGV[at] ~= today then
    return {'day ' .. today}
  end
  if not epoch then
    return {'epoch'}
  end
  local expires, requests, tokens = whole(now + tonumber(ARGV[at + 1])), tonumber(ARGV[at + 2]), tonumber(ARGV[at + 3])
  local caps, sums, first = {}, three(at + 4 + 3 * #scopes), at + 7 + 3 * #scopes
  for cap = 1, 3 * #scopes do
    caps[cap] = tonumber(ARGV[at + 3 + cap]) or false
  end

  local answers, sets, scores = {'ok ' .. epoch}, {}, {}
  local function grant(member)
    local key = KEYS[keys + member]
    sets[#sets + 1], sets[#sets + 2] = key, ARGV[first + member - 1]
    scores[#scores + 1], scores[#scores + 2] = expires, key
  end
  if not requests and not tokens and not passed(scopes, caps, sums) then
    change(scopes, nothing, sums)
    for member = 1, members do
      grant(member)
    end
  else
    answers[1] = 'each'
    local bucket = (requests or tokens) and open(KEYS[keys])
    for member = 1, members do
      local calls, asked, nano_usd = string.match(ARGV[first + member - 1], '^(%d+)\n(%d+)\n(%d+)\n')
      local ask = {tonumber(calls), tonumber(asked), tonumber(nano_usd)}
      local scope, dimension = passed(scopes, caps, ask)
      local limited, wait
      if not scope and bucket then
        limited, wait = rate(bucket, now, requests, tokens, ask[2])
      end
      if scope then
        local n = counters[scopes[scope]]
        answers[#answers + 1] = table.concat({'denied', scope, dimension, whole(n[dimension]), whole(n[dimension + 3])}, ' ')
      elseif limited then
        answers[#answers + 1] = 'limited ' .. limited .. ' ' .. whole(wait)
      else
        change(scopes, nothing, ask)
        grant(member)
        answers[#answers + 1] = 'ok ' .. epoch
      end
    end
  end
  if #sets > 0 then
    redis.call('MSET', unpack(sets))
    redis.call('ZADD', KEYS[2], unpack(scores))
  end
  return answers
end

-- Moves holds to what was really used, each exactly once, and appends the usage records in the same step.
local function settle(members, scopes, keys, at)
  local sweep, bucket, first = ARGV[at] == '1', ARGV[at + 1] == '1' and open(KEYS[keys]), at + 8
  local records, ended, answers = {}, {}, {'ok'}
  local function finish(member)
    local record = ARGV[first + members + member - 1]
    if record ~= '' then
      records[#records + 1] = record
    end
    ended[#ended + 1] = KEYS[keys + member]
  end
  local function charge(used, held)
    change(scopes, used, {-held[1], -held[2], -held[3]})
    if bucket then
      give_back(bucket, now, held[2] - used[2])
    end
  end

  if not sweep and redis.call('EXISTS', unpack(KEYS, keys + 1, keys + members)) == members then
    charge(three(at + 2), three(at + 5))
    for member = 1, members do
      finish(member)
    end
  else
    answers[1] = 'each'
    for member = 1, members do
      local key, answer = KEYS[keys + member], 'ok'
      local exists = redis.call('EXISTS', key) == 1
      local calls, tokens, nano_usd, held_calls, held_tokens, held_nano_usd, known = string.match(ARGV[first + member - 1], '^(%d+) (%d+) (%d+) (%d+) (%d+) (%d+) (.*)$')
      local used = {tonumber(calls), tonumber(tokens), tonumber(nano_usd)}
      if not exists and (sweep or (epoch and epoch == known)) then
        -- settled before: since it was reserved Redis has lost nothing, so the hold is missing because it ended
        redis.call('ZREM', KEYS[2], key)
        answer = 'already'
      elseif sweep and tonumber(redis.call('ZSCORE', KEYS[2], key) or 0) > now then
        answer = 'alive'
      else
        -- A hold that is missing was lost with Redis' data. What it used is charged all the same; where the counters were
        -- not rebuilt yet (no epoch), the record alone does it, because rebuilding counts the records.
        if exists then
          charge(used, {tonumber(held_calls), tonumber(held_tokens), tonumber(held_nano_usd)})
        elseif epoch then
          charge(used, nothing)
        end
        finish(member)
      end
      answers[#answers + 1] = answer
    end
  end
  if #records > 0 then
    redis.call('LPUSH', KEYS[3], unpack(records))
  end
  if #ended > 0 then
    redis.call('DEL', unpack(ended))
    redis.call('ZREM', KEYS[2], unpack(ended))
    if not epoch then
      -- a rebuild that has read the ledger already would miss these records: it must begin again
      redis.call('DEL', KEYS[4])
    end
  end
  return answers
end

local answers, at, keys = {}, 3, 5 + total
while at <= #ARGV do
  local kind, members, count, scopes = ARGV[at], tonumber(ARGV[at + 1]), tonumber(ARGV[at + 2]), {}
  for scope = 1, count do
    scopes[scope] = tonumber(ARGV[at + 2 + scope])
  end
  -- one that fails must not take the others along, whose holds are written already
  local done, answer = pcall(kind == 'reserve' and reserve or settle, members, scopes, keys, at + 3 + count)
  if not done then
    answer = {'error ' .. tostring(type(answer) == 'table' and answer.err or answer)}
  end
  for text = 1, #answer do
    answers[#answers + 1] = answer[text]
  end
  at = at + 3 + count + (kind == 'reserve' and 7 + 3 * count + members or 8 + 2 * members)
  keys = keys + 1 + members
end
for counter = 1, total do
  answers[#answers + 1] = keep_amounts(KEYS[4 + counter], counters[counter], touched[counter])
end
close_all()
return answers
