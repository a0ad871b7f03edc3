"""Bundles in and out."""

from pathlib import Path

import click

from suite.central.commands.opening import office_in
from suite.central.feeds import export_feed, export_notices, save_feed
from suite.central.merge import Merged, NotMerged, merge
from suite.domain.errors import N_
from suite.domain.ids import StationCode
from suite.runtime.console import PATH, Answer, SpokenCommand, answers, steps
from suite.runtime.errors import PARTLY_DONE, BadInput, BundleRefused
from suite.runtime.paths import Home
from suite.runtime.texts import number, say, say_error
from suite.sync.usb import bundles_for


@click.command("import", cls=SpokenCommand, help=N_("Merge bundles of stations: files, or folders of them (a stick)."))
@click.argument("paths", type=PATH, nargs=-1, required=True)
@click.option("--despite-clock", is_flag=True, help=N_("Take bundles although they come from the future."))
@answers
@click.pass_obj
def import_bundles(home: Home, paths: tuple[Path, ...], despite_clock: bool) -> Answer:
    office = office_in(home)
    with office.store.transaction():
        log = office.log()
    bundles = [bundle for path in paths for bundle in bundles_for(path, log)]
    delivered = merge(office, bundles, despite_clock=despite_clock)
    results, corrected = delivered.results, delivered.corrected
    merged, refused, lines, exit_code = said_of(results)
    if corrected.accounts:
        lines.append(
            say(
                N_("Late for closed months: {accounts} members, {expired} points expired, {given_back} given back."),
                accounts=number(corrected.accounts),
                expired=number(corrected.expired),
                given_back=number(corrected.given_back),
            )
        )
    if delivered.contested:
        contested = N_("Invoices claimed at two stations: {count} claims fell, and are incidents.")
        lines.append(say(contested, count=number(delivered.contested)))
    if delivered.beyond:
        beyond = N_("Prizes outside the limits of spending with no link: {count}. They count, and are incidents.")
        lines.append(say(beyond, count=number(delivered.beyond)))
    data = {
        "corrected": corrected,
        "beyond": delivered.beyond,
        "contested": delivered.contested,
        "merged": merged,
        "refused": refused,
        "fresh": sum(r.fresh for r in merged),
        "known": sum(r.known for r in merged),
    }
    return Answer(data, tuple(lines), exit_code)


def said_of(results: list[Merged | NotMerged]) -> tuple[list[Merged], list[dict[str, object]], list[str], int]:
    """What was merged, what was refused and why, both in words, and how the command leaves."""
    merged = [r for r in results if isinstance(r, Merged)]
    refused = [
        {"name": r.name, "text": say_error(r.refusal), "era": r.era} for r in results if isinstance(r, NotMerged)
    ]
    lines = [
        say(
            N_("{station}: {fresh} entries taken, {known} known already."),
            station=r.station,
            fresh=number(r.fresh),
            known=number(r.known),
        )
        for r in merged
    ]
    lines += [
        say(
            N_(
                "{station}: a PC asks to go on under a new key; {held} entries wait. Compare {digits} by telephone, "
                "then `canje central continue {station} {digits}`."
            ),
            station=r.station,
            held=number(r.held),
            digits=digits,
        )
        for r in merged
        for digits in r.asks
    ]
    lines += [f"{Path(str(each['name'])).name}: {each['text']}" for each in refused]
    if any(each["era"] for each in refused):
        lines.append(
            say(N_("This central came back from a backup. Carry a bundle to that station, and its next one back here."))
        )
    return merged, refused, lines, 0 if not refused else PARTLY_DONE if merged else BundleRefused.exit_code


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
            codes = [node.code for node in office.store.directory.nodes() if node.paired]
    if not codes:
        raise BadInput(N_("Name at least one station, or --all."))
    with steps(say(N_("What stations are told"))) as progress:
        written = [save_feed(export_feed(office, code, progress), to) for code in codes]
    for code in codes:
        for notice in export_notices(office, code):
            save_feed(notice, to)
    return Answer(
        {"bundles": {code: str(path) for code, path in zip(codes, written, strict=True)}},
        tuple(say(N_("{station}: {path}"), station=code, path=path) for code, path in zip(codes, written, strict=True)),
    )


COMMANDS: dict[str, click.Command] = {"import": import_bundles, "export": export}
