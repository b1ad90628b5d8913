"""The AsyncAPI 3 document of everything that is sent as a message: the live socket and the streams."""

from typing import Final

from schemas import codec
from schemas.json_schemas import CLIENT_FRAMES, SERVER_FRAMES, Json
from schemas.picture import RECORD_OF
from schemas.told import WORDS
from schemas.topics import JOURNAL, PICTURE, TOPICS, VERDICTS, Topic

_VERSION: Final = "1.0.0"
_LIVE: Final = "live"


def asyncapi() -> Json:
    """The whole document; payloads point into the JSON Schemas beside it."""
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Nightdesk",
            "version": _VERSION,
            "description": "Feeds become one journal an area, its fold the picture; sockets show views of it.",
            "license": {"name": "MIT"},
        },
        "defaultContentType": "application/json",
        "servers": {
            "push": {
                "host": "127.0.0.1:8001",
                "protocol": "ws",
                "description": "The port after the page's, unless NIGHTDESK_PUSH_PORT says otherwise.",
            }
        },
        "channels": {_LIVE: _live_channel(), **_stream_channels()},
        "operations": _operations(),
        "components": {"messages": _messages()},
    }


def _live_channel() -> Json:
    return {
        "address": "/live",
        "description": "One JSON object a frame. Subscribe to topics such as westminster/operations.",
        "servers": [{"$ref": "#/servers/push"}],
        "messages": {kind.__name__: _message_ref(kind.__name__) for kind in (*CLIENT_FRAMES, *SERVER_FRAMES)},
    }


def _stream_channels() -> Json:
    return {topic.name: _stream_channel(topic, _messages_of(topic)) for topic in TOPICS}


def _messages_of(topic: Topic) -> list[str]:
    """The messages of a topic; none where what it holds is for the desk alone."""
    if topic is JOURNAL:
        return list(codec.FACT_TYPES)
    if topic is PICTURE:
        return [*(f"{kind}_changed" for kind in RECORD_OF), *WORDS]
    if topic is VERDICTS:
        return ["verdict"]
    return [name for name, kind in codec.SENT_TYPES.items() if kind in topic.records]


def _stream_channel(topic: Topic, messages: list[str]) -> Json:
    kept = "for ever" if topic.retention_ms is None else f"{topic.retention_ms // 3_600_000} hours"
    return {
        "address": f"{{realm}}.{topic.name}",
        "description": f"{topic.about}. A message is a slab of lines. Key: {topic.key}."
        f" Partitions: {topic.partitions}. Kept {kept}.",
        "parameters": {"realm": {"description": "live, exercise or replay-<id>"}},
        "messages": {name: _message_ref(name) for name in messages},
    }


def _operations() -> Json:
    channel: Json = {"$ref": f"#/channels/{_LIVE}"}
    return {
        "follow": {
            "action": "receive",
            "channel": channel,
            "summary": "A client follows a topic, or no longer.",
            "messages": [_channel_message_ref(kind) for kind in CLIENT_FRAMES],
        },
        "show": {
            "action": "send",
            "channel": channel,
            "summary": "The server sends a snapshot, then what changes.",
            "messages": [_channel_message_ref(kind) for kind in SERVER_FRAMES],
        },
    }


def _messages() -> Json:
    messages: Json = {}
    for kind in (*CLIENT_FRAMES, *SERVER_FRAMES):
        messages[kind.__name__] = {"payload": {"$ref": f"json/frames.json#/$defs/{kind.__name__}"}}
    for file, names in (
        ("sent", list(codec.SENT_TYPES)),
        ("journal", list(codec.FACT_TYPES)),
        ("picture", [*(f"{kind}_changed" for kind in RECORD_OF), *WORDS]),
    ):
        for index, name in enumerate(names):
            messages[name] = {"payload": {"$ref": f"json/{file}.json#/oneOf/{index}"}}
    messages["verdict"] = {"payload": {"$ref": "json/verdicts.json#/$defs/Judged"}}
    return messages


def _message_ref(name: str) -> Json:
    return {"$ref": f"#/components/messages/{name}"}


def _channel_message_ref(kind: type) -> Json:
    return {"$ref": f"#/channels/{_LIVE}/messages/{kind.__name__}"}
