"""The keys of central and of its network: root keys, new keys for central, the end of the old ones."""

import os
from collections.abc import Iterable
from pathlib import Path

import click

from suite.central.commands.opening import office_in
from suite.central.keyring import KEY_SHOWN, change_roots, keys_of_network, retire, rotate
from suite.central.root_keys import Root, make_root, open_root
from suite.domain.errors import N_
from suite.runtime.console import PATH, Answer, SpokenCommand, SpokenGroup, answers, table
from suite.runtime.errors import BadInput
from suite.runtime.files import write_whole
from suite.runtime.paths import Home
from suite.runtime.secrets import PASSPHRASE_VARIABLE, Secret
from suite.runtime.texts import number, say
from suite.runtime.words import when
from suite.sync.registry import write_versions

KEYS_ARE_OLD = N_("The keys in this folder are older than the registry: nodes refuse them. Rotate with a root key.")
ROOT_IS_HERE = N_("The root key lies on this PC: who steals it, has the network. First: canje central root make.")


@click.group(
    "root", cls=SpokenGroup, help=N_("Root keys: who may give central new keys. They are kept outside its PC.")
)
def root() -> None:
    """See help."""


@root.command(
    "make", help=N_("Make a root key in a new file, under a passphrase; `root use` then says that it counts.")
)
@click.argument("file", type=PATH)
@answers
@click.pass_obj
def root_make(home: Home, file: Path) -> Answer:
    _elsewhere(home, file)
    made = make_root(file, _passphrase(file, confirm=True))
    key = made.signer.public.hex()
    lines = (
        say(N_("Root key {key} made: {path}."), key=key[:KEY_SHOWN], path=file),
        say(
            N_("Keep it and its passphrase apart, away from this PC. It counts after: canje central root use {path}"),
            path=file,
        ),
    )
    return Answer({"root": key, "file": str(file)}, lines)


@root.command("use", help=N_("Give the network these root keys in place of those that it has: FILE…"))
@click.argument("files", type=PATH, nargs=-1, required=True)
@click.option("--threshold", type=int, default=1, show_default=True, help=N_("How many of them have to sign."))
@click.option(
    "--signed-by", type=PATH, multiple=True, help=N_("A root key of those that it has; as many as have to sign.")
)
@answers
@click.pass_obj
def root_use(home: Home, files: tuple[Path, ...], threshold: int, signed_by: tuple[Path, ...]) -> Answer:
    roots = _opened(home, [*files, *(path for path in signed_by if path not in files)])
    registry = change_roots(
        office_in(home), home, roots[: len(files)], threshold=threshold, signed_by=roots[len(files) :]
    )
    line = say(
        N_("Version {version} of the registry. Root keys: {roots}; have to sign: {threshold}."),
        version=number(registry.version),
        roots=number(len(registry.roots)),
        threshold=number(registry.threshold),
    )
    return Answer(registry, (line, _carry()))


@click.command(
    "rotate", cls=SpokenCommand, help=N_("Give central new keys: every year, or when somebody may know them.")
)
@click.option(
    "--root", "files", type=PATH, multiple=True, required=True, help=N_("A root key; as many as have to sign.")
)
@answers
@click.pass_obj
def rotate_command(home: Home, files: tuple[Path, ...]) -> Answer:
    registry = rotate(office_in(home), home, _opened(home, files))
    lines = (
        say(N_("Central works with new keys: version {version} of the registry."), version=number(registry.version)),
        _carry(),
        say(N_("Copy the new keys: canje central backup --with-keys. When all nodes know them: retire-keys.")),
    )
    return Answer(registry, lines)


def _carry() -> str:
    return say(N_("Nodes learn of it from central's next bundle: `canje central keys` shows which know it."))


@click.command(
    "keys", cls=SpokenCommand, help=N_("Show the registry of keys, and which nodes do not know its newest version.")
)
@click.option("--to", type=PATH, default=None, help=N_("Also write it to a file, for `learn-keys` at a node."))
@answers
@click.pass_obj
def keys_command(home: Home, to: Path | None) -> Answer:
    office = office_in(home)
    keys = keys_of_network(office)
    with office.store.transaction():
        zone, texts = office.zone(), office.registries()
    if to is not None:
        write_whole(to, write_versions(text.encode() for text in texts))
    columns = map(say, (N_("Version"), N_("Made"), N_("Key"), N_("Root keys"), N_("Sign")))
    rows = [
        (
            number(each.version),
            when(each.at, zone),
            each.sign[:KEY_SHOWN],
            " ".join(key[:KEY_SHOWN] for key in each.roots),
            number(each.threshold),
        )
        for each in keys.registries
    ]
    heard = [(each.node, number(each.version) if each.version else "—") for each in keys.nodes]
    lines = [*table(tuple(columns), rows), "", *table((say(N_("Node")), say(N_("Knows version"))), heard)]
    if keys.outdated:
        lines.append(say(KEYS_ARE_OLD))
    if not keys.offline:
        lines.append(say(ROOT_IS_HERE))
    if keys.former:
        lines.append(say(N_("Keys of before that still open bundles: {count}."), count=number(keys.former)))
        lines.append(
            say(N_("Not every node knows the newest version: {nodes}."), nodes=", ".join(keys.unheard))
            if keys.unheard
            else say(N_("Every node knows the newest version: canje central retire-keys."))
        )
    return Answer(keys, tuple(lines))


@click.command(
    "retire-keys",
    cls=SpokenCommand,
    help=N_("Destroy the keys that central had before, once every node knows the new ones."),
)
@click.option(
    "--anyway", is_flag=True, help=N_("Though a node does not know the new ones: it needs central's bundle first.")
)
@answers
@click.pass_obj
def retire_keys(home: Home, anyway: bool) -> Answer:
    done = retire(office_in(home), home, anyway=anyway)
    lines = [say(N_("Keys of before destroyed: {count}."), count=number(done.former))]
    if done.unheard:
        lines.append(say(N_("These export again after central's next bundle: {nodes}."), nodes=", ".join(done.unheard)))
    return Answer({"retired": done.former, "unheard": done.unheard}, tuple(lines))


def _opened(home: Home, files: Iterable[Path]) -> list[Root]:
    for file in files:
        _elsewhere(home, file)
    return [open_root(file, _passphrase(file, confirm=False)) for file in files]


def _elsewhere(home: Home, file: Path) -> None:
    """Raises BadInput for a file on the very disk folder that a thief of this PC's keys takes with them."""
    if file.resolve().is_relative_to(home.folder.resolve()):
        raise BadInput(
            N_("A root key does not lie in central's folder: name a file on a stick, and take it away after.")
        )


def _passphrase(file: Path, *, confirm: bool) -> Secret:
    """From CANJE_PASSPHRASE for scripts, else asked for without showing it."""
    typed = os.environ.get(PASSPHRASE_VARIABLE)
    asked, again = say(N_("Passphrase of {path}"), path=file), confirm and say(N_("Once more"))
    return Secret(typed or click.prompt(asked, hide_input=True, confirmation_prompt=again, err=True))


COMMANDS: dict[str, click.Command] = {
    "root": root,
    "rotate": rotate_command,
    "keys": keys_command,
    "retire-keys": retire_keys,
}
