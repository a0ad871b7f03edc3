"""The keys that central works with, and the registry that names them to the network (protocol 3.6).

Secrets and registry stand in one file outside the database: a backup of before a rotation, restored with the keys of
today, is still the central that its nodes know.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import msgspec

from suite.central.office import Office
from suite.central.root_keys import Root
from suite.central.store import Journal
from suite.domain.errors import N_
from suite.domain.events.network import KeysRetired, RegistryPublished
from suite.domain.ids import StationCode
from suite.journal.keys import Signer
from suite.runtime.errors import BadInput, BundleRefused
from suite.runtime.paths import Home
from suite.runtime.secrets import NodeSecrets, load_node_secrets, new_node_secrets, save_node_secrets
from suite.sync.registry import (
    FIRST_VERSION,
    ROOTS_MAX,
    VERSIONS_MAX,
    Registry,
    Signed,
    altered,
    begun_with,
    follow,
    read_registry,
    sign_registry,
)
from suite.sync.sealing import public_box_key

KEY_SHOWN = 8
"""Characters of a root key by which a person tells it from others."""


class Heard(msgspec.Struct, frozen=True):
    """A node whose journal is believed, and the version of the registry that it said it works with; 0: none yet."""

    node: StationCode
    version: int


class Keys(msgspec.Struct, frozen=True):
    """The registry's versions, how many keys of before still open bundles, who works with which.

    `offline` is false while the root key lies in central's own folder, as in a network just founded. `outdated`: this
    folder's keys are older than what the journal says, so nodes refuse what they sign.
    """

    registries: tuple[Registry, ...]
    former: int
    nodes: tuple[Heard, ...]
    unheard: tuple[StationCode, ...]
    """Who may still seal bundles to a key of before."""
    offline: bool
    outdated: bool


def keys_of_network(office: Office) -> Keys:
    """See `Keys`."""
    with office.store.transaction():
        return _keys(office)


def _keys(office: Office) -> Keys:
    chain = _verified(office, office.registries())
    paired = [journal for node in office.store.directory.nodes() if (journal := office.store.journal_at(node.code))]
    nodes = tuple(Heard(each.station, _version_of(office, each)) for each in paired if not each.revoked)
    newest, own = chain[-1].registry, office.signer.public.hex()
    return Keys(
        registries=tuple(each.registry for each in chain),
        former=len(office.secrets.former),
        nodes=nodes,
        unheard=tuple(each.node for each in nodes if each.version < newest.version),
        offline=own not in newest.roots,
        outdated=own != newest.sign or newest.version <= len(office.store.lineage.registries()),
    )


def _version_of(office: Office, journal: Journal) -> int:
    """What a node's PC of today works with; of a journal with several lines the least. Call inside a transaction."""
    return min(office.store.lineage.registry_of(line.number) for line in office.store.lines_of(journal.log))


def box_for(office: Office, journal: Journal) -> bytes:
    """The secret of the X25519 key of central's that a node works with; else today's. Call inside a transaction."""
    secrets, version = office.secrets, office.store.lineage.registry_of(journal.number)
    if not version:
        return secrets.box
    known = read_registry(office.registries()[:version][-1].encode()).registry.box
    return {public_box_key(box).hex(): box for box in secrets.former}.get(known, secrets.box)


def change_roots(
    office: Office, home: Home, roots: Sequence[Root], *, threshold: int, signed_by: Sequence[Root]
) -> Registry:
    """Give the network other root keys: enough of the old ones and all of the new ones sign.

    The first time the old one is the key in central's folder, and signs by itself. Raises BadInput, StorageTrouble.
    """
    names = tuple(dict.fromkeys(root.signer.public.hex() for root in roots))
    if len(names) != len(roots) or not 1 <= threshold <= len(roots) <= ROOTS_MAX:
        raise BadInput(
            N_("From 1 to {most} root keys, each once, and a threshold of no more than there are."), most=ROOTS_MAX
        )
    everyone = [*roots, *signed_by]
    with _alone(office, home):
        chain, own = _chain(office, everyone), office.signer
        now = chain[-1].registry
        if now.sign != own.public.hex():
            raise BadInput(N_("The keys in this folder are older than the registry. First: canje central rotate."))
        following = msgspec.structs.replace(
            now, version=now.version + 1, at=office.clock.now(), roots=names, threshold=threshold
        )
        signers = [own, *(root.signer for root in everyone)] if now.roots == (now.sign,) else _signers(everyone)
        _publish(office, home, [*chain, _signed(chain[-1].registry, following, signers)], everyone, office.secrets)
    _remember(office, everyone)
    return following


def rotate(office: Office, home: Home, roots: Sequence[Root]) -> Registry:
    """New keys for central; what is sealed to the old one opens until `retire`. Raises BadInput, StorageTrouble."""
    with _alone(office, home):
        chain, secrets, fresh = _chain(office, roots), office.secrets, new_node_secrets()
        now = chain[-1].registry
        if now.roots == (now.sign,):
            raise BadInput(
                N_("This network has no root key outside this PC yet. First: canje central root make, then root use.")
            )
        following = msgspec.structs.replace(
            now,
            version=now.version + 1,
            at=office.clock.now(),
            sign=Signer(fresh.sign).public.hex(),
            box=public_box_key(fresh.box).hex(),
        )
        made = NodeSecrets(secrets.root, fresh.sign, fresh.box, (secrets.box, *secrets.former))
        _publish(office, home, [*chain, _signed(now, following, _signers(roots))], roots, made)
    _remember(office, roots)
    return following


def retire(office: Office, home: Home, *, anyway: bool = False) -> Keys:
    """Destroy the keys of before: bundles under way that are sealed to them can be read by nobody any more.

    Raises BadInput while a node has not said that it knows the keys of today, unless `anyway`. Raises StorageTrouble.
    """
    with _alone(office, home):
        keys = _keys(office)
        if not keys.former:
            raise BadInput(N_("There are no keys of before: nothing to retire."))
        if keys.unheard and not anyway:
            raise BadInput(
                N_("Not every node knows the keys of today: {nodes}. Carry central's bundle there and one back first."),
                nodes=", ".join(keys.unheard),
            )
        version = keys.registries[-1].version
        office.record(lambda at, by: KeysRetired(at=at, by=by, version=version, unheard=keys.unheard))
        _save(office, home, msgspec.structs.replace(office.secrets, former=()))
    return keys


def record_registries(office: Office) -> None:
    """Have the journal tell of every version: a backup of before a rotation does not. Call inside a transaction."""
    known = FIRST_VERSION + len(office.store.lineage.registries())
    for version, text in enumerate(office.secrets.registries, start=FIRST_VERSION):
        if version > known:
            at, by = office.clock.now(), office.operator
            office.store.append([RegistryPublished(at=at, by=by, version=version, registry=text)])


@contextmanager
def _alone(office: Office, home: Home) -> Iterator[None]:
    """A transaction with the keys as they are on disk: somebody else may have changed them since this office opened."""
    with office.store.transaction():
        office.secrets = load_node_secrets(home.keys)
        yield


def _signers(roots: Sequence[Root]) -> list[Signer]:
    return list({root.signer.public: root.signer for root in roots}.values())


def _signed(now: Registry, following: Registry, signers: Sequence[Signer]) -> Signed:
    """The next version, believed as every node will believe it. Raises BadInput."""
    if following.version > VERSIONS_MAX:
        raise BadInput(N_("A registry has {most} versions at most. Call support."), most=VERSIONS_MAX)
    try:
        return follow(now, [sign_registry(following, signers)])[0]
    except BundleRefused as error:
        raise BadInput(
            N_("That is not signed by enough root keys: {threshold} of these are needed: {roots}."),
            threshold=now.threshold,
            roots=", ".join(key[:KEY_SHOWN] for key in now.roots),
        ) from error


def _publish(office: Office, home: Home, chain: Sequence[Signed], roots: Sequence[Root], secrets: NodeSecrets) -> None:
    """Central's folder first, then its journal. Before that, the files of the root keys have to be writable."""
    for root in roots:
        root.remember([each.content.decode() for each in chain[:-1]])
    _save(office, home, msgspec.structs.replace(secrets, registries=tuple(each.content.decode() for each in chain)))
    record_registries(office)


def _remember(office: Office, roots: Sequence[Root]) -> None:
    for root in roots:
        root.remember(office.secrets.registries)


def _save(office: Office, home: Home, secrets: NodeSecrets) -> None:
    save_node_secrets(home.keys, secrets)
    office.secrets = secrets


def _chain(office: Office, roots: Sequence[Root]) -> list[Signed]:
    """Every version so far, by whoever knows most: central's folder, its journal, or the root keys. Raises BadInput."""
    own = office.registries()
    known = [own, (own[0], *office.store.lineage.registries()), *(root.registries for root in roots)]
    longest = max(known, key=len)
    if any(tuple(texts) != tuple(longest[: len(texts)]) for texts in known):
        raise BadInput(
            N_("A root key knows another registry than this central: it is another network's. Call support.")
        )
    return _verified(office, longest)


def _verified(office: Office, texts: Sequence[str]) -> list[Signed]:
    """The versions, each held against the one before it. Raises BadInput."""
    try:
        first = begun_with(texts[0].encode())
        chain = [first, *follow(first.registry, [text.encode() for text in texts[1:]])]
        if first.registry.net != office.programme().network or len(chain) != len(texts):
            raise altered()
    except BundleRefused as error:
        raise BadInput(N_("The registry of keys is damaged. Put back a copy of the keys, or call support.")) from error
    return chain
