"""Joining the network: an invitation taken, keys and a journal begun, a request that goes back."""

import msgspec

from suite.domain.errors import N_
from suite.domain.events.node import Genesis
from suite.domain.ids import NodeKind
from suite.journal.codec import encode
from suite.journal.keys import Signer
from suite.runtime.clock import Clock
from suite.runtime.errors import BundleRefused, NotSetUp, StorageTrouble
from suite.runtime.files import write_whole
from suite.runtime.hostile_json import HOSTILE_JSON
from suite.runtime.paths import Home
from suite.runtime.secrets import code_key, new_node_secrets, random_bytes, save_node_secrets, whole_code
from suite.sync.enrolment import (
    REQUEST_SUFFIX,
    Invitation,
    Request,
    check_code,
    compare_digits,
    peek_invitation,
    write_authenticated,
)
from suite.sync.registry import begun_with
from suite.sync.sealing import public_box_key


class Joined(msgspec.Struct, frozen=True):
    """A node's answer to its invitation: the file for central, and the digits to compare by telephone."""

    file_name: str
    content: bytes
    digits: str


class Membership(msgspec.Struct, frozen=True):
    """What this machine keeps beside its keys: whose invitation it accepted, and the first entry it wrote."""

    invitation: Invitation
    genesis: str


def join(home: Home, invitation_file: bytes, code: str, clock: Clock, kind: NodeKind) -> Joined:
    """Accept an invitation: make keys, write the first entry, answer. Raises BadInput, BundleRefused, NotSetUp.

    The journal begins when the node is opened; until then its first entry stands beside the keys.
    """
    invitation = peek_invitation(invitation_file)
    key = code_key(whole_code(code), invitation.id)
    check_code(invitation_file, key)
    begun_with(invitation.registry.encode())
    if invitation.kind != kind:
        raise BundleRefused(
            N_("This invitation is for another kind of node. Take it with `canje {kind} join`."), kind=invitation.kind
        )
    if home.keys.exists():
        return _answer(_same_membership(home, invitation), key)
    if clock.now() > invitation.expires:
        raise BundleRefused(N_("This invitation has expired. Ask central for a new one."))
    secrets = new_node_secrets()
    genesis = encode(
        Genesis(
            at=clock.now(),
            network=invitation.network,
            station=invitation.station,
            incarnation=1,
            sign=Signer(secrets.sign).public.hex(),
            box=public_box_key(secrets.box).hex(),
            nonce=random_bytes().hex(),
            kind=kind,
        )
    )
    membership = Membership(invitation, genesis.decode())
    write_whole(home.invitation, msgspec.json.encode(membership), private=True)
    save_node_secrets(home.keys, secrets)
    return _answer(membership, key)


def _same_membership(home: Home, invitation: Invitation) -> Membership:
    """What this node answered before, so that a lost request can be written again. Raises NotSetUp."""
    membership = load_membership(home)
    if membership.invitation != invitation:
        raise NotSetUp(
            N_("There is a station in {folder} already. Choose another folder with --home."), folder=home.folder
        )
    return membership


def _answer(membership: Membership, key: bytes) -> Joined:
    invitation = membership.invitation
    request = Request(invitation.network, invitation.station, invitation.id, membership.genesis)
    return Joined(
        f"{invitation.station}{REQUEST_SUFFIX}",
        write_authenticated(request, key),
        compare_digits(invitation.id, membership.genesis),
    )


def load_membership(home: Home) -> Membership:
    """Whose station this folder is. Raises NotSetUp, StorageTrouble."""
    if not home.invitation.exists():
        raise NotSetUp(
            N_("The folder {folder} holds no station. Name a station's folder with --home."), folder=home.folder
        )
    try:
        return msgspec.json.decode(home.invitation.read_bytes(), type=Membership)
    except (*HOSTILE_JSON, OSError) as error:
        raise StorageTrouble(N_("The file {path} is damaged. Call support."), path=home.invitation) from error


def check_kind(membership: Membership, home: Home, kind: NodeKind) -> None:
    """Raises NotSetUp for a folder of another kind of node."""
    if membership.invitation.kind != kind:
        raise NotSetUp(
            N_("The folder {folder} holds another kind of node. Use `canje {kind}` there."),
            folder=home.folder,
            kind=membership.invitation.kind,
        )
