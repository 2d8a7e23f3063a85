"""The Lua scripts of the feed cache.

A warm feed is a sorted set of 32-byte members (author and post) by score. Its lowest member, at minus infinity, is its
head: 32 characters that name the build, then JSON about it. A feed without posts still has its head, so it is warm.

Who builds a feed first begins `<feed>:building`; posts published from then on are added there as well, so a post that
the builder's query did not see is not lost. The finished list is merged into it and takes the feed's place; the feed it
replaces stays a while as `<feed>:<build>`, for those who are scrolling through it, and so does a feed that is dropped.
Dropping a feed discards what is being built too: it may rest on connections that are no more.
"""

READ = """
local key, build = KEYS[1], ARGV[3]
local head = redis.call('ZRANGE', key, 0, 0)[1]
if build ~= '' and (not head or string.sub(head, 1, 32) ~= build) then
  local old = redis.call('ZRANGE', key .. ':' .. build, 0, 0)[1]
  if old then key, head = key .. ':' .. build, old end
end
if not head then return false end
local count, start = tonumber(ARGV[1]), tonumber(ARGV[2])
if ARGV[5] ~= '' then
  local score = redis.call('ZSCORE', key, ARGV[5])
  if score and tonumber(score) == tonumber(ARGV[4]) then
    start = redis.call('ZREVRANK', key, ARGV[5]) + 1
  else
    start = redis.call('ZCOUNT', key, '(' .. ARGV[4], '+inf')
    count = count + redis.call('ZCOUNT', key, ARGV[4], ARGV[4])
  end
end
local said = redis.call('GETRANGE', KEYS[2], 0, 16)
if said == '' then said = false elseif said ~= ARGV[7] then said = redis.call('GET', KEYS[2]) end
local found = redis.call('ZREVRANGE', key, start, start + count - 1, 'WITHSCORES')
local digest = redis.sha1hex(head .. table.concat(found, ' '))
local past = false
if ARGV[8] ~= '-' then past = redis.call('HGET', KEYS[3], 'version') end
if past and past ~= ARGV[8] then
  local filter = KEYS[3] .. ':' .. redis.call('HGET', KEYS[3], 'asked')
  past = {past, redis.call('GET', filter), redis.call('HGETALL', KEYS[3])}
end
if digest == ARGV[6] then return {digest, said, past} end
return {digest, said, past, head, found}
"""
"""Feed, wishes, history of the member; count, offset, build or '', score and member of the entry to go on behind or '',
a digest or '', the versions of wishes and history that are known, '-' for a history that is not asked for. Nil when the
feed is cold. Its digest alone comes back when it is that of what would be told, and of wishes and history the version
alone when it is the one known.

When that entry is gone all entries of its score come along, for the caller to leave out those that were before it."""

READ_ALL = """
local key, build = KEYS[1], ARGV[1]
local head = redis.call('ZRANGE', key, 0, 0)[1]
if build ~= '' and (not head or string.sub(head, 1, 32) ~= build) then
  local old = redis.call('ZRANGE', key .. ':' .. build, 0, 0)[1]
  if old then key, head = key .. ':' .. build, old end
end
if not head then return false end
local said = redis.call('GETRANGE', KEYS[2], 0, 16)
if said == '' then said = false elseif said ~= ARGV[2] then said = redis.call('GET', KEYS[2]) end
return {head, redis.call('ZRANGE', key, 1, -1), said}
"""
"""Feed, wishes of the member; build or '', version of the wishes. All of it without scores; nil when it is cold."""

WARM = """
local found = {}
for i, key in ipairs(KEYS) do
  found[i] = redis.call('EXISTS', key) + redis.call('EXISTS', key .. ':building')
end
return found
"""
"""Feeds. For each more than 0 when it is warm, or being built."""

ADD = """
local added = 0
for i, key in ipairs(KEYS) do
  for _, feed in ipairs({key, key .. ':building'}) do
    if redis.call('EXISTS', feed) == 1 then
      added = added + redis.call('ZADD', feed, 'NX', ARGV[2 + i], ARGV[1])
      redis.call('ZREMRANGEBYRANK', feed, 1, -tonumber(ARGV[2]) - 1)
    end
  end
end
return added
"""
"""Feeds; member, most entries, a score for each feed. Touches warm feeds only, and leaves their time to live alone."""

BEGIN = """
local building = KEYS[1] .. ':building'
local ticket = redis.call('ZRANGE', building, 0, 0)[1]
if not ticket then
  ticket = ARGV[1]
  redis.call('ZADD', building, '-inf', ticket)
  redis.call('PEXPIRE', building, ARGV[2])
end
return ticket
"""
"""Feed; new ticket, milliseconds to live. Gives the ticket of the build under way."""

FINISH = """
local key, building = KEYS[1], KEYS[1] .. ':building'
if redis.call('ZRANGE', building, 0, 0)[1] ~= ARGV[1] then return 0 end
redis.call('ZADD', building, '-inf', ARGV[2])
redis.call('ZREM', building, ARGV[1])
for i = 5, #ARGV, 1000 do
  redis.call('ZADD', building, 'NX', unpack(ARGV, i, math.min(i + 999, #ARGV)))
end
redis.call('ZREMRANGEBYRANK', building, 1, -tonumber(ARGV[4]) - 1)
local old = redis.call('ZRANGE', key, 0, 0)[1]
if old then
  local snapshot = key .. ':' .. string.sub(old, 1, 32)
  redis.call('RENAME', key, snapshot)
  redis.call('PEXPIRE', snapshot, ARGV[3])
end
redis.call('RENAME', building, key)
redis.call('PEXPIRE', key, ARGV[3])
return 1
"""
"""Feed; ticket, head, milliseconds to live, most entries, then scores and members. 0 when the ticket is no longer good:
another builder was faster, or the feed was dropped meanwhile."""

DROP = """
for _, key in ipairs(KEYS) do
  redis.call('UNLINK', key .. ':building')
  local old = redis.call('ZRANGE', key, 0, 0)[1]
  if old then
    local snapshot = key .. ':' .. string.sub(old, 1, 32)
    redis.call('RENAME', key, snapshot)
    redis.call('PEXPIRE', snapshot, ARGV[1])
  end
end
return 1
"""
"""Feeds; milliseconds the snapshots live."""

ADD_RECENT = """
redis.call('ZADD', KEYS[1], ARGV[1], ARGV[2])
redis.call('ZREMRANGEBYRANK', KEYS[1], 0, -tonumber(ARGV[4]) - 1)
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return 1
"""
"""Recent posts of an author; time, member, milliseconds to live, most entries."""
