"""The door described for programs (OpenAPI 3.1), served at /openapi.json."""

import msgspec

from suite.sync.over_http import (
    BLOB_PATH,
    BODY_MAX,
    BUNDLE_TYPE,
    ENROLMENT_TYPE,
    INVITATION_PATH,
    JOIN_MAX,
    JOIN_PATH,
    JSON_TYPE,
    PROBLEM_TYPE,
    SYNC_PATH,
)

_BYTES = {"type": "string", "contentMediaType": "application/octet-stream"}
_BLOB = {
    "type": "object",
    "required": ["blob", "size"],
    "properties": {
        "blob": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
        "size": {"type": "integer", "minimum": 1},
    },
}
_PROBLEM = {
    "type": "object",
    "required": ["title", "status", "detail"],
    "properties": {
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        **_BLOB["properties"],  # type: ignore[dict-item]  # the shapes above are literals
    },
}


def _problems(**sentences: str) -> dict[str, object]:
    content = {PROBLEM_TYPE: {"schema": _PROBLEM}}
    return {status.removeprefix("s"): {"description": text, "content": content} for status, text in sentences.items()}


_SYNC = {
    "summary": "One exchange: a station's bundle in, central's bundle for that station out.",
    "parameters": [
        {
            "name": "If-None-Match",
            "in": "header",
            "required": False,
            "schema": {"type": "string", "pattern": '^"[0-9]{1,16}-[0-9]{1,16}"$'},
            "description": "Count and moment of the feed the station has.",
        }
    ],
    "requestBody": {
        "required": True,
        "description": f"A bundle (CSB1) of at most {BODY_MAX} bytes, its length said.",
        "content": {BUNDLE_TYPE: {"schema": _BYTES}},
    },
    "responses": {
        "200": {
            "description": "The feed, or where to fetch it when it is long.",
            "content": {BUNDLE_TYPE: {"schema": _BYTES}, JSON_TYPE: {"schema": _BLOB}},
        },
        "204": {"description": "Taken; the station has today's feed already."},
        **_problems(
            s400="Not a bundle that can be read here.",
            s403="Nobody this central approved sealed it.",
            s409="A gap, or another history; the feed at `blob` says where to start again.",
            s411="The length was not said.",
            s413="Too large.",
            s426="Made by a newer Canje: central is to be updated.",
            s429="Too often; Retry-After says when.",
            s503="Central is busy; Retry-After says when.",
        ),
    },
}

_BLOB_GET = {
    "summary": "A long feed, whole or from a place on.",
    "parameters": [
        {
            "name": "sha256",
            "in": "path",
            "required": True,
            "schema": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
        },
        {"name": "Range", "in": "header", "required": False, "schema": {"type": "string"}},
    ],
    "responses": {
        "200": {"description": "All of it.", "content": {BUNDLE_TYPE: {"schema": _BYTES}}},
        "206": {"description": "The part that was asked for.", "content": {BUNDLE_TYPE: {"schema": _BYTES}}},
        **_problems(s404="Not kept any longer.", s416="Nothing at that place.", s429="Too often."),
    },
}

_INVITATION = {
    "summary": "The invitation of a one-time code, asked for by a name that only the code tells.",
    "parameters": [
        {"name": "name", "in": "path", "required": True, "schema": {"type": "string", "pattern": "^[0-9a-f]{64}$"}}
    ],
    "responses": {
        "200": {"description": "The invitation.", "content": {ENROLMENT_TYPE: {"schema": _BYTES}}},
        **_problems(s404="No invitation of that name, or it has expired.", s429="Too often."),
    },
}

_JOIN = {
    "summary": "The answer to an invitation, written with its code. A person at central decides on it.",
    "requestBody": {
        "required": True,
        "description": f"A request of at most {JOIN_MAX} bytes, its length said.",
        "content": {ENROLMENT_TYPE: {"schema": _BYTES}},
    },
    "responses": {
        "202": {"description": "Kept. After the approval the node exchanges at /v1/sync."},
        **_problems(
            s400="No request, or not one of an open invitation's code.",
            s403="Two other PCs answered the invitation.",
            s411="The length was not said.",
            s413="Too large.",
            s429="Too often; Retry-After says when.",
            s503="Central is busy; Retry-After says when.",
        ),
    },
}

DESCRIPTION = msgspec.json.encode(
    {
        "openapi": "3.1.0",
        "info": {
            "title": "Canje, central's door",
            "version": "1",
            "description": "The bundles of docs/protocol.md. The seals inside a bundle alone say who sent it.",
        },
        "paths": {
            SYNC_PATH: {"post": _SYNC},
            f"{BLOB_PATH}{{sha256}}": {"get": _BLOB_GET},
            f"{INVITATION_PATH}{{name}}": {"get": _INVITATION},
            JOIN_PATH: {"post": _JOIN},
        },
    }
)
