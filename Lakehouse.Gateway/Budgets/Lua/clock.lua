-- Prepended to every script. Redis' own clock decides the UTC day; `now` (milliseconds) is empty but in tests.
local function milliseconds(now)
  if now ~= '' then
    return tonumber(now)
  end
  local time = redis.call('TIME')
  return tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
end

local function clock(now)
  local ms = milliseconds(now)
  -- days since 1970-01-01 to year, month, day (proleptic Gregorian, http://howardhinnant.github.io/date_algorithms.html)
  local z = math.floor(ms / 86400000) + 719468
  local era = math.floor(z / 146097)
  local doe = z - era * 146097
  local yoe = math.floor((doe - math.floor(doe / 1460) + math.floor(doe / 36524) - math.floor(doe / 146096)) / 365)
  local doy = doe - (365 * yoe + math.floor(yoe / 4) - math.floor(yoe / 100))
  local mp = math.floor((5 * doy + 2) / 153)
  local day = doy - math.floor((153 * mp + 2) / 5) + 1
  local month = mp < 10 and mp + 3 or mp - 9
  local year = yoe + era * 400 + (month <= 2 and 1 or 0)
  return ms, string.format('%04d%02d%02d', year, month, day)
end

-- Numbers are written as Redis wants them: whole, never 1e+15, and "-0" is 0.
local function whole(number)
  return string.format('%.0f', number + 0)
end

-- calls, tokens, nano_usd used, then the same held
local function amounts(key)
  local v = redis.call('HMGET', key, 'calls', 'tokens', 'nano_usd', 'held_calls', 'held_tokens', 'held_nano_usd')
  local n = {new = not v[1]}
  for i = 1, 6 do
    n[i] = tonumber(v[i] or '0') or 0
  end
  return n
end

-- Writes them where they changed, and answers them as one text.
local function keep_amounts(key, n, changed)
  local t = {}
  for i = 1, 6 do
    t[i] = whole(n[i])
  end
  if changed then
    redis.call('HSET', key, 'calls', t[1], 'tokens', t[2], 'nano_usd', t[3], 'held_calls', t[4], 'held_tokens', t[5], 'held_nano_usd', t[6])
    if n.new then
      redis.call('EXPIRE', key, 172800)
    end
  end
  return table.concat(t, ' ')
end
