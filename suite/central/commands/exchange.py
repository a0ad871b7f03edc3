"""Bundles in and out."""

from pathlib import Path

import click

from suite.central.commands.opening import office_in
from suite.central.feeds import export_feed, save_feed
from suite.central.merge import Merged, NotMerged, merge
from suite.domain.errors import N_
from suite.domain.ids import StationCode
from suite.runtime.console import PATH, Answer, SpokenCommand, answers
from suite.runtime.errors import PARTLY_DONE, BadInput, BundleRefused
from suite.runtime.files import read_whole
from suite.runtime.paths import Home
from suite.runtime.texts import number, say, say_error
from suite.sync.bundle import SUFFIX


@click.command("import", cls=SpokenCommand, help=N_("Merge bundles of stations: files, or folders of them (a stick)."))
@click.argument("paths", type=PATH, nargs=-1, required=True)
@click.option("--despite-clock", is_flag=True, help=N_("Take bundles although they come from the future."))
@answers
@click.pass_obj
def import_bundles(home: Home, paths: tuple[Path, ...], despite_clock: bool) -> Answer:
    files = bundle_files(paths)
    office = office_in(home)
    results = merge(office, [(str(path), read_whole(path)) for path in files], despite_clock=despite_clock)
    merged = [r for r in results if isinstance(r, Merged)]
    refused = [r for r in results if isinstance(r, NotMerged)]
    lines = [
        say(
            N_("{station}: {fresh} entries taken, {known} known already."),
            station=r.station,
            fresh=number(r.fresh),
            known=number(r.known),
        )
        for r in merged
    ]
    lines += [f"{Path(r.name).name}: {say_error(r.refusal)}" for r in refused]
    data = {
        "merged": merged,
        "refused": [{"name": r.name, "text": say_error(r.refusal)} for r in refused],
        "fresh": sum(r.fresh for r in merged),
        "known": sum(r.known for r in merged),
    }
    exit_code = 0 if not refused else PARTLY_DONE if merged else BundleRefused.exit_code
    return Answer(data, tuple(lines), exit_code)


def bundle_files(paths: tuple[Path, ...]) -> list[Path]:
    """The files named, and the bundles inside the folders named. Raises BadInput when there is none."""
    found: list[Path] = []
    for path in paths:
        found += sorted(path.glob(f"*{SUFFIX}")) if path.is_dir() else [path]
    if not found:
        raise BadInput(N_("There is no bundle (*.csb) in {paths}."), paths=", ".join(map(str, paths)))
    return found


@click.command("export", cls=SpokenCommand, help=N_("Write the bundle of a station, or of all with --all."))
@click.argument("stations", nargs=-1)
@click.option("--all", "everyone", is_flag=True, help=N_("Every paired station."))
@click.option("--to", type=PATH, default=Path(), help=N_("Folder for the bundles."))
@answers
@click.pass_obj
def export(home: Home, stations: tuple[str, ...], everyone: bool, to: Path) -> Answer:
    office = office_in(home)
    codes = [StationCode(code) for code in stations]
    if everyone:
        with office.store.transaction():
            codes = [s.code for s in office.store.directory.stations() if s.paired]
    if not codes:
        raise BadInput(N_("Name at least one station, or --all."))
    written = [save_feed(export_feed(office, code), to) for code in codes]
    return Answer(
        {"bundles": {code: str(path) for code, path in zip(codes, written, strict=True)}},
        tuple(say(N_("{station}: {path}"), station=code, path=path) for code, path in zip(codes, written, strict=True)),
    )


COMMANDS: dict[str, click.Command] = {"import": import_bundles, "export": export}
