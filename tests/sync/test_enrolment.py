"""Three files and one code: nobody on the way takes a side's place."""

import msgspec
import pytest

from suite.domain.errors import StationAlreadyPaired
from suite.domain.ids import StationCode
from suite.runtime.errors import BadInput, BundleRefused, NotSetUp
from suite.runtime.paths import Home
from suite.runtime.secrets import check_character, clean_code, code_key, random_code
from suite.station import courier
from suite.sync.enrolment import VALID_MS, peek_invitation, write_authenticated


def invite(world, code="E1"):
    invited = world.office.invite(StationCode(code))
    return invited.content, invited.code.reveal()


def join(world, content, code, folder="E1"):
    return courier.join(Home(world.folder / folder), content, code, world.clock)


def test_a_station_joins_and_both_sides_see_the_same_digits(world):
    content, code = invite(world)
    joined = join(world, content, code)
    paired = world.office.approve(joined.content)
    assert (paired.station, paired.digits) == ("E1", joined.digits)


def test_spacing_case_and_look_alikes_do_not_matter(world):
    content, code = invite(world)
    assert join(world, content, code.lower().replace("-", " ").replace("0", "o").replace("1", "l")).digits


def test_a_mistyped_code_is_noticed_before_anything_is_written(world):
    content, code = invite(world)
    wrong = ("B" if code[0] == "A" else "A") + code[1:]
    with pytest.raises(BadInput, match="mistyped"):
        join(world, content, wrong)
    assert not (world.folder / "E1").exists()


def test_the_code_of_another_invitation_does_not_fit(world):
    content, _ = invite(world)
    _, other = invite(world, "E2")
    with pytest.raises(BundleRefused, match="does not fit"):
        join(world, content, other)


def test_an_edited_invitation_does_not_fit(world):
    content, code = invite(world)
    with pytest.raises(BundleRefused, match="does not fit"):
        join(world, content.replace(b"Uno", b"Dos"), code)


def test_an_invitation_whose_registry_its_own_roots_did_not_sign_is_no_beginning(world):
    content, code = invite(world)
    invitation = peek_invitation(content)
    unsigned = msgspec.structs.replace(invitation, registry=invitation.registry.split("\n")[0])
    content = write_authenticated(unsigned, code_key(code.replace("-", ""), invitation.id))
    with pytest.raises(BundleRefused, match="not signed as it must be"):
        join(world, content, code)
    assert not (world.folder / "E1").exists()


def test_an_edited_request_is_refused_and_the_right_one_still_taken(world):
    content, code = invite(world)
    joined = join(world, content, code)
    with pytest.raises(BundleRefused):
        world.office.approve(joined.content.replace(b'"E1"', b'"E2"'))
    assert world.office.approve(joined.content)


def test_a_code_is_burnt_by_its_first_use(world):
    content, code = invite(world)
    world.office.approve(join(world, content, code).content)
    second = join(world, content, code, folder="copy")
    with pytest.raises(BundleRefused, match="used already"):
        world.office.approve(second.content)


def test_a_paired_station_is_not_invited_again(world):
    content, code = invite(world)
    world.office.approve(join(world, content, code).content)
    with pytest.raises(StationAlreadyPaired):
        invite(world)


def test_an_old_invitation_expires(world):
    content, code = invite(world)
    world.clock.moment += VALID_MS
    assert join(world, content, code)
    world.clock.moment += 1
    with pytest.raises(BundleRefused, match="expired"):
        join(world, content, code, folder="late")


def test_a_folder_holds_one_station(world):
    content, code = invite(world)
    join(world, content, code)
    other, another_code = invite(world, "E2")
    with pytest.raises(NotSetUp):
        join(world, other, another_code)


def test_a_lost_request_is_written_again_as_it_was(world):
    content, code = invite(world)
    joined = join(world, content, code)
    assert join(world, content, code) == joined
    assert world.office.approve(joined.content).digits == joined.digits


def test_neither_file_tells_the_code(world):
    content, code = invite(world)
    joined = join(world, content, code)
    for file in (content, joined.content):
        assert code.encode() not in file
        assert code.replace("-", "").encode() not in file


def test_one_mistyped_character_is_always_noticed():
    code = random_code().replace("-", "")
    for place, right in enumerate(code):
        wrong = "7" if right != "7" else "8"
        assert clean_code(code[:place] + wrong + code[place + 1 :]) is None
    assert clean_code(code) == code
    assert code[-1] == check_character(code[:-1])
