"""The Lua scripts of generations; in Redis the clock is that of Redis.

A generation is `=` and random characters; while changes of it are being committed it is `!` and a mark of each of them,
`<milliseconds>:<token>;`, when it was made and whose it is. The epoch is `=<fence>:<random>`, or while it is not in
force yet `?<fence>:<random>:<milliseconds>`, from when on it is.
"""

_CLOCK = """
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
"""

_MARKS = """
local function standing(value, but)
  local left = ''
  if value and string.byte(value) == 33 then
    for at, token in string.gmatch(value, '(%d+):(%w+);') do
      if token ~= but and now - tonumber(at) < hold then left = left .. at .. ':' .. token .. ';' end
    end
  end
  return left
end
"""

OPEN = f"""
local found = {{}}
for i, key in ipairs(KEYS) do
  local value = redis.call('GET', key)
  if key ~= ARGV[1] then
    if value and string.byte(value) == 33 then
      {_CLOCK}
      local hold = tonumber(ARGV[4])
      {_MARKS}
      if standing(value) == '' then value = false end
    end
    if not value then
      value = ARGV[2]
      redis.call('SET', key, value, 'PX', ARGV[3])
    end
  end
  found[2 * i - 1], found[2 * i] = tonumber(ARGV[4 + i]), value
end
return found
"""
"""Keys; the epoch's, a new generation, milliseconds to live, milliseconds a mark counts, then a number for each key.

Gives number and value for each; a generation that is not there, or only forgotten marks, is begun."""

HOLD = f"""
{_CLOCK}
local hold = tonumber(ARGV[2])
{_MARKS}
for _, key in ipairs(KEYS) do
  redis.call('SET', key, '!' .. standing(redis.call('GET', key)) .. string.format('%d:%s;', now, ARGV[1]))
end
return 1
"""
"""Generations; token, milliseconds a mark counts. Marks live for ever, so that Redis does not throw them out when it is
full: who opens the generation later takes the forgotten ones away."""

RELEASE = f"""
{_CLOCK}
local hold = tonumber(ARGV[2])
{_MARKS}
for _, key in ipairs(KEYS) do
  local left = standing(redis.call('GET', key), ARGV[1])
  if left == '' then redis.call('UNLINK', key) else redis.call('SET', key, '!' .. left) end
end
return 1
"""
"""Generations; token, milliseconds a mark counts. What is there without a mark goes as well: somebody emptied Redis
meanwhile, and it was begun before the commit."""

BEAT = f"""
{_CLOCK}
local mine, ends = tonumber(ARGV[1]), tonumber(ARGV[3])
if ends <= now then return now end
local value = redis.call('GET', KEYS[1])
local kind, fence, name, from
if value then kind, fence, name, from = string.match(value, '^([=?])(%d+):(%w+):?(%d*)$') end
if not kind then
  value = string.format('?%d:%s:%d', mine, ARGV[2], now + tonumber(ARGV[4]))
elseif tonumber(fence) > mine then
  return now
elseif tonumber(fence) < mine then
  value = string.format('%s%d:%s', kind, mine, ARGV[2])
  if kind == '?' then value = value .. ':' .. from end
elseif kind == '?' and now >= tonumber(from) then
  value = string.format('=%d:%s', mine, name)
end
redis.call('SET', KEYS[1], value, 'PXAT', ARGV[3])
return now
"""
"""The epoch; fence, a new name, until when it holds, milliseconds until a first one is in force. Gives the time."""
