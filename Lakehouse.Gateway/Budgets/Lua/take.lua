-- Move up to a batch of records, oldest first, and answer all that wait to be written: what a killed drainer left comes first.
-- KEYS: records, draining. ARGV: batch.
if redis.call('LLEN', KEYS[2]) == 0 then
  for _ = 1, tonumber(ARGV[1]) do
    if not redis.call('LMOVE', KEYS[1], KEYS[2], 'RIGHT', 'LEFT') then
      break
    end
  end
end
return redis.call('LRANGE', KEYS[2], 0, tonumber(ARGV[1]) - 1)
