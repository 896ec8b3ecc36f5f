-- Answer the oldest records that wait to be written, up to a batch, the oldest last: what a killed drainer left comes first.
-- KEYS: records, draining. ARGV: batch.
if redis.call('EXISTS', KEYS[2]) == 0 and redis.call('EXISTS', KEYS[1]) == 1 then
  redis.call('RENAME', KEYS[1], KEYS[2])
end
return redis.call('LRANGE', KEYS[2], -tonumber(ARGV[1]), -1)
