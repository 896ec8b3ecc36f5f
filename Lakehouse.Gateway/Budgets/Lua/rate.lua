-- Prepended to steps.lua. Two buckets per consumer that fill evenly and hold one minute's worth: of requests and of tokens.
-- They are read once and written once, whatever the number of steps.
local opened = {}
local unpack = unpack or table.unpack

local function open(key)
  local bucket = opened[key]
  if not bucket then
    local v = redis.call('HMGET', key, 'requests', 'requests_at', 'tokens', 'tokens_at', 'tokens_limit')
    bucket = {requests = tonumber(v[1] or nil), requests_at = tonumber(v[2] or nil), tokens = tonumber(v[3] or nil), tokens_at = tonumber(v[4] or nil), tokens_limit = tonumber(v[5] or nil)}
    opened[key] = bucket
  end
  return bucket
end

local function level(bucket, field, now, limit)
  local left = bucket[field]
  return left and math.min(limit, left + math.max(0, now - bucket[field .. '_at']) * limit / 60000) or limit
end

local function keep(bucket, field, now, left)
  bucket[field], bucket[field .. '_at'], bucket.changed = left, now, true
end

-- Takes one request and the tokens, or nothing. Answers what is short and the ms until it is there.
local function rate(bucket, now, requests_limit, tokens_limit, tokens)
  local left_requests, left_tokens
  if requests_limit then
    left_requests = level(bucket, 'requests', now, requests_limit)
    if left_requests < 1 then
      return 'requests', requests_limit > 0 and math.ceil((1 - left_requests) * 60000 / requests_limit) or 60000
    end
  end
  if tokens_limit then
    left_tokens = level(bucket, 'tokens', now, tokens_limit)
    -- a request that is larger than the whole bucket goes when the bucket is full, and leaves a debt
    local need = math.min(tokens, tokens_limit)
    if left_tokens < need or tokens_limit == 0 then
      return 'tokens', tokens_limit > 0 and math.ceil((need - left_tokens) * 60000 / tokens_limit) or 60000
    end
  end
  if left_requests then
    keep(bucket, 'requests', now, left_requests - 1)
  end
  if left_tokens then
    keep(bucket, 'tokens', now, left_tokens - tokens)
    bucket.tokens_limit = tokens_limit
  end
  return nil
end

-- What was reserved and not used goes back into the bucket.
local function give_back(bucket, now, tokens)
  local limit = bucket.tokens_limit
  if limit then
    keep(bucket, 'tokens', now, math.min(limit, level(bucket, 'tokens', now, limit) + tokens))
  end
end

local function close_all()
  for key, bucket in pairs(opened) do
    if bucket.changed then
      local fields = {}
      for _, field in ipairs({'requests', 'requests_at', 'tokens', 'tokens_at', 'tokens_limit'}) do
        if bucket[field] then
          fields[#fields + 1] = field
          fields[#fields + 1] = string.format('%.3f', bucket[field])
        end
      end
      redis.call('HSET', key, unpack(fields))
      redis.call('EXPIRE', key, 120)
    end
  end
end
