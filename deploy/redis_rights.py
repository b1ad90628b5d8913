"""What each role may do on Redis: `python -m deploy.redis_rights live` prints the users, for an ACL file.

One user a role, `nightdesk-<role>`. The projector reads and writes the keys of its realm; push and api only read them.
Passwords are put in by whoever runs Redis: a line ends with the place for the password's SHA-256.
"""

import sys
from collections.abc import Sequence
from typing import Final

from schemas.realms import Realm

_FOLLOWS: Final = ("client|setname", "hgetall", "smembers", "xrange", "xread")
_PUTS: Final = (
    *("client|setname", "info", "eval", "evalsha", "script|load", "hget", "hgetall", "hmget", "hset", "hdel"),
    *("hincrby", "unlink", "sadd", "sismember", "scard", "smembers", "zadd", "zrem", "zcard", "zpopmin"),
    *("zrangebyscore", "xadd", "xlen", "xrange", "xtrim"),
)
COMMANDS: Final[dict[str, tuple[str, ...]]] = {"project": _PUTS, "push": _FOLLOWS, "api": _FOLLOWS}
_READ_ONLY: Final = ("push", "api")
_PLACE: Final = "#<sha256 of the password>"


def user_line(role: str, realm: Realm, password: str = _PLACE) -> str:
    """A role's line of the ACL file; `password` as Redis takes it: `#` and its SHA-256, or `>` and itself."""
    keys = f"{'%R' if role in _READ_ONLY else ''}~nightdesk:{{{realm}:*"
    commands = " ".join(f"+{command}" for command in COMMANDS[role])
    return f"user nightdesk-{role} on {password} resetchannels {keys} -@all {commands}"


def main(arguments: Sequence[str]) -> int:
    """0: printed; 2: no realm, or not one."""
    try:
        (name,) = arguments
        realm = Realm(name)
    except ValueError as error:
        sys.stderr.write(f"usage: python -m deploy.redis_rights <realm> ({error})\n")
        return 2
    sys.stdout.write("\n".join(["user default off", *(user_line(role, realm) for role in COMMANDS), ""]))
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
