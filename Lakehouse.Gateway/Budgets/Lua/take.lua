-- Answer the oldest records that wait to be written, up to a batch, the oldest last: what a killed drainer left comes first.
-- Nothing while another has a batch: both would write the same. One that dies over it, or takes too long, is overtaken.
-- KEYS: records, draining, drainer. ARGV: batch, who asks, ms that it may take.
local drainer = redis.call('GET', KEYS[3])
if drainer and drainer ~= ARGV[2] then
  return {}
end
if redis.call('EXISTS', KEYS[2]) == 0 and redis.call('EXISTS', KEYS[1]) == 1 then
  redis.call('RENAME', KEYS[1], KEYS[2])
end
local waiting = redis.call('LRANGE', KEYS[2], -tonumber(ARGV[1]), -1)
if #waiting > 0 then
  redis.call('SET', KEYS[3], ARGV[2], 'PX', ARGV[3])
end
return waiting
