-- Forget what was written. Another drainer may have done so meanwhile, and newer records may wait here now: only the batch
-- that still ends with the same record is cut off.
-- KEYS: draining. ARGV: how many, the last of them.
local length, count = redis.call('LLEN', KEYS[1]), tonumber(ARGV[1])
if length >= count and redis.call('LINDEX', KEYS[1], count - 1) == ARGV[2] then
  redis.call('LTRIM', KEYS[1], count, -1)
  return 1
end
return 0
