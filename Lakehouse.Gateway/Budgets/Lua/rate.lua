-- Prepended to the scripts that reserve and settle. Two buckets per consumer that fill evenly and hold one minute's worth.
local function level(key, field, now, limit)
  local v = redis.call('HMGET', key, field, field .. '_at')
  if not v[1] then
    return limit
  end
  return math.min(limit, tonumber(v[1]) + math.max(0, now - tonumber(v[2])) * limit / 60000)
end

local function keep(key, field, now, left)
  redis.call('HSET', key, field, string.format('%.3f', left), field .. '_at', string.format('%.0f', now))
  redis.call('EXPIRE', key, 120)
end

-- Takes one request and the tokens, or nothing. Answers what is short and the ms until it is there.
local function rate(key, now, requests_limit, tokens_limit, tokens)
  local left_requests, left_tokens
  if requests_limit ~= '' then
    local limit = tonumber(requests_limit)
    left_requests = level(key, 'requests', now, limit)
    if left_requests < 1 then
      return 'requests', limit > 0 and math.ceil((1 - left_requests) * 60000 / limit) or 60000
    end
  end
  if tokens_limit ~= '' then
    local limit = tonumber(tokens_limit)
    left_tokens = level(key, 'tokens', now, limit)
    -- a request that is larger than the whole bucket goes when the bucket is full, and leaves a debt
    local need = math.min(tokens, limit)
    if left_tokens < need or limit == 0 then
      return 'tokens', limit > 0 and math.ceil((need - left_tokens) * 60000 / limit) or 60000
    end
  end
  if left_requests then
    keep(key, 'requests', now, left_requests - 1)
  end
  if left_tokens then
    keep(key, 'tokens', now, left_tokens - tokens)
    redis.call('HSET', key, 'tokens_limit', tokens_limit)
  end
  return nil
end

-- What was reserved and not used goes back into the bucket.
local function give_back(key, now, tokens)
  local limit = redis.call('HGET', key, 'tokens_limit')
  if limit then
    keep(key, 'tokens', now, math.min(tonumber(limit), level(key, 'tokens', now, tonumber(limit)) + tokens))
  end
end
