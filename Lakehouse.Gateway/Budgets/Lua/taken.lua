-- Forget what was written. Another drainer may have done so meanwhile: only a batch that still begins with the same record is cut off.
-- KEYS: draining, drainer. ARGV: how many, the first of them, who wrote them.
local count = tonumber(ARGV[1])
if redis.call('GET', KEYS[2]) == ARGV[3] then
  redis.call('DEL', KEYS[2])
end
if redis.call('LINDEX', KEYS[1], -count) == ARGV[2] then
  redis.call('LTRIM', KEYS[1], 0, -count - 1)
  return 1
end
return 0
