"""What Redis does in one step: nobody ever sees half of it. Redis 7 or newer.

Each script is for one run, and does nothing (-1) when that is not the one that stands. A Redis that is full refuses
before a script begins. KEYS[1] is the run's hash, ARGV[1] the prefix of all names (names.py), ARGV[2] the run; what
lies under the other names is known to the script alone, and lies in the same slot.
"""

from typing import Final

_COMMON: Final = r"""#!lua
local head, prefix, run = KEYS[1], ARGV[1], ARGV[2]
local function server() return string.match(redis.call('INFO', 'server'), 'run_id:(%x+)') end
local function stands()
  local found = redis.call('HMGET', head, 'run', 'server')
  return found[1] == run and found[2] == server()
end
local function version(held)
  local offset, index, rest = string.match(held, '^(%d+):(%d+):(.*)$')
  return tonumber(offset), tonumber(index), rest
end
local function whole(number) return string.format('%.0f', number) end
"""

BEGIN: Final = (
    _COMMON
    + r"""
local found = redis.call('HMGET', head, 'run', 'server', 'whole')
if found[1] and found[2] == server() then return {found[1], found[3] or '0'} end
for _, topic in ipairs(redis.call('SMEMBERS', prefix .. 'topics')) do
  redis.call('UNLINK', prefix .. 'topic:' .. topic)
end
if found[1] then redis.call('UNLINK', prefix .. 'deltas:' .. found[1]) end
redis.call('UNLINK', prefix .. 'keys', prefix .. 'gone', prefix .. 'topics', head)
redis.call('HSET', head, 'run', run, 'server', server(), 'n', 0, 'bytes', 0, 'whole', 0)
return {run, '0'}
"""
)
"""Join the run that stands, or begin ARGV[2] on nothing: its name, and 1 when it is whole."""

PUT: Final = (
    _COMMON
    + r"""
if not stands() then return -1 end
local topics_max, gone_max = tonumber(ARGV[3]), tonumber(ARGV[4])
local deltas_max, bytes_max = tonumber(ARGV[5]), tonumber(ARGV[6])
local told, order, refused = {}, {}, 0

local function has_room(topic)
  if told[topic] or redis.call('SISMEMBER', prefix .. 'topics', topic) == 1 then return true end
  if redis.call('SCARD', prefix .. 'topics') < topics_max then
    redis.call('SADD', prefix .. 'topics', topic)
    return true
  end
  refused = refused + 1
  return false
end

local function tell(topic, part, kind, text)
  if not told[topic] then
    told[topic] = {up = {}, del = {}}
    order[#order + 1] = topic
  end
  local kinds = told[topic][part]
  if not kinds[kind] then
    kinds[kind] = {}
    kinds[#kinds + 1] = kind
  end
  table.insert(kinds[kind], text)
end

local function apply(kind, key, offset, index, shown)
  local field = kind .. '/' .. key
  local held, before = redis.call('HGET', prefix .. 'keys', field), ''
  if held then
    local o, i, topics = version(held)
    if offset < o or (offset == o and index <= i) then return end
    before = topics
  end
  local on = {}
  for place = 1, #shown, 2 do
    local topic, body = shown[place], shown[place + 1]
    if has_room(topic) then
      on[#on + 1], on[topic] = topic, true
      if redis.call('HGET', prefix .. 'topic:' .. topic, field) ~= body then
        redis.call('HSET', prefix .. 'topic:' .. topic, field, body)
        tell(topic, 'up', kind, '"' .. key .. '":' .. body)
      end
    end
  end
  for topic in string.gmatch(before, '[^\n]+') do
    if not on[topic] and redis.call('HDEL', prefix .. 'topic:' .. topic, field) == 1 then
      tell(topic, 'del', kind, '"' .. key .. '"')
    end
  end
  local mark = whole(offset) .. ':' .. whole(index) .. ':'
  redis.call('HSET', prefix .. 'keys', field, mark .. table.concat(on, '\n'))
  if #on == 0 then
    redis.call('ZADD', prefix .. 'gone', offset, field)
  elseif held and before == '' then
    redis.call('ZREM', prefix .. 'gone', field)
  end
end

local function joined(kinds, open, close)
  local parts = {}
  for _, kind in ipairs(kinds) do
    parts[#parts + 1] = '"' .. kind .. '":' .. open .. table.concat(kinds[kind], ',') .. close
  end
  return table.concat(parts, ',')
end

local function publish(topic)
  local place, changed = prefix .. 'topic:' .. topic, told[topic]
  local seq = redis.call('HINCRBY', place, 's', 1)
  for _, part in ipairs({changed.up, changed.del}) do
    for _, kind in ipairs(part) do redis.call('HSET', place, 's:' .. kind, seq) end
  end
  local epoch = run .. '.' .. string.sub(redis.sha1hex(topic), 1, 8)
  local frame = '{"t":"delta","topic":"' .. topic .. '","e":"' .. epoch .. '","s":' .. whole(seq)
    .. ',"up":{' .. joined(changed.up, '{', '}') .. '},"del":{' .. joined(changed.del, '[', ']') .. '}}'
  local number = redis.call('HINCRBY', head, 'n', 1)
  redis.call('XADD', prefix .. 'deltas:' .. run, whole(number) .. '-0', 't', topic, 's', whole(seq), 'f', frame)
  redis.call('HINCRBY', head, 'bytes', #frame)
end

local function trim()
  local stream = prefix .. 'deltas:' .. run
  local count, bytes = redis.call('XLEN', stream), tonumber(redis.call('HGET', head, 'bytes'))
  local before = bytes
  while count > deltas_max or (count > 0 and bytes > bytes_max) do
    local oldest = redis.call('XRANGE', stream, '-', '+', 'COUNT', 1)[1]
    count, bytes = count - 1, bytes - #oldest[2][6]
    redis.call('XTRIM', stream, 'MAXLEN', '=', count)
  end
  if bytes ~= before then redis.call('HSET', head, 'bytes', whole(bytes)) end
  local many = redis.call('ZCARD', prefix .. 'gone') - gone_max
  if many > 0 then
    local gone = redis.call('ZPOPMIN', prefix .. 'gone', many)
    for place = 1, #gone, 2 do redis.call('HDEL', prefix .. 'keys', gone[place]) end
  end
end

for _, update in ipairs(cmsgpack.unpack(ARGV[7])) do apply(unpack(update)) end
for _, topic in ipairs(order) do publish(topic) end
trim()
return {#order, refused}
"""
)
"""Take updates in (ARGV[7]: msgpack of [kind, key, offset, index, [topic, body, ...]] each): deltas, topics refused.

ARGV[3] to [6] are the bounds: topics, keys that are gone, deltas and their bytes.
"""

FORGET: Final = (
    _COMMON
    + r"""
if not stands() then return -1 end
local offset, index, most = tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local forgotten = 0
for _, field in ipairs(redis.call('ZRANGEBYSCORE', prefix .. 'gone', '-inf', offset, 'LIMIT', 0, most)) do
  local o, i = version(redis.call('HGET', prefix .. 'keys', field))
  if o < offset or (o == offset and i < index) then
    redis.call('HDEL', prefix .. 'keys', field)
    redis.call('ZREM', prefix .. 'gone', field)
    forgotten = forgotten + 1
  end
end
return forgotten
"""
)
"""Forget keys that were removed before (ARGV[3], ARGV[4]), at most ARGV[5] of them: how many."""

SAY: Final = (
    _COMMON
    + r"""
if not stands() then return -1 end
redis.call('HINCRBY', head, 'beat', 1)
if ARGV[4] == '' or tonumber(ARGV[3]) < tonumber(redis.call('HGET', head, 'next') or '0') then return 0 end
redis.call('HSET', head, 'next', ARGV[3], 'desk', ARGV[4], 'said', ARGV[5])
return redis.call('HINCRBY', head, 'heard', 1)
"""
)
"""A sign of life; and, unless it is empty, how the desk stood (ARGV[4]) at a journal offset, and when it said so.

One that knows less of the journal than who spoke last is not heard.
"""

MARK_WHOLE: Final = (
    _COMMON
    + r"""
if not stands() then return -1 end
redis.call('HSET', head, 'whole', 1)
return 1
"""
)
"""All that the picture holds was put: from now on the run may be shown."""
