"""Knobs, and what was asked for ahead of what was done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from made_up import snapshot

from sim.cohort import Cohort
from sim.commands import AddCohort, Advance, Become, Command, Pace, RemoveCohort, Reseed, Rewind, Run, Set
from sim.errors import BadInput
from sim.experiment import Experiment
from sim.landscape import Scales, Settings
from sim.optimizer import Trait
from sim.parameters import Choice
from sim.registry import LANDSCAPES, OPTIMIZERS, SCHEDULES, STARTS
from sim.snapshot import Snapshot
from tui import knobs
from tui.intent import OPENING_PACE, PATIENCE, Intent


@pytest.fixture
def sent() -> list[Command]:
    return []


@pytest.fixture
def intent(sent: list[Command]) -> Intent:
    return Intent(Experiment(), sent.append)


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """What the clock says."""
    time = [100.0]
    monkeypatch.setattr("tui.intent.monotonic", lambda: time[0])
    return time


def test_what_has_a_file_tried_anew_is_found_out_by_the_engine(
    sent: list[Command], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Trying takes seconds, and one that loops for ever all of its patience: no key may wait for that."""
    rastrigin, asked = LANDSCAPES["rastrigin"], set()

    def scales(dim: int, settings: Settings) -> Scales:
        asked.add((dim, settings["A"]))
        return rastrigin.scales(dim, settings)

    monkeypatch.setitem(LANDSCAPES._files, "own.py", (None, replace(rastrigin, scales=scales)))
    intent = Intent(Experiment(landscape="own.py"), sent.append)
    intent.dial(True)
    intent.put("dim", "50")
    intent.turn("A", True)
    intent.dial(False)
    expected = [Set("dim", 200), Set("dim", "50"), Set("A", 20.0), Set("active_dim", 50)]
    assert sent == expected
    assert intent.experiment.dim == 100
    assert asked == {(100, 10.0)}


def test_another_experiment_is_taken_whole_and_begun_anew_where_that_is_asked_for(
    intent: Intent, sent: list[Command]
) -> None:
    several = Experiment(landscape="rastrigin", more_cohorts=(Cohort("adam"),))
    intent.become(several)
    intent.choose_cohort()
    intent.become(several)
    assert sent == [Become(several)] and intent.experiment == several
    larger = Experiment(landscape="rastrigin", giant_dim=10**9)
    intent.become(larger, anew=True)
    assert intent.cohort == 0 and sent[1:] == [Become(larger)], "other cohorts begin anew"
    intent.become(larger.with_value("giant_dim", 1e12), anew=True)
    assert sent[3:] == [Rewind()], "walkers that could go on"
    sent.clear()
    too_large = Experiment(landscape="rastrigin", dim=10**13, walkers=1000)
    with pytest.raises(BadInput, match="memory"):
        intent.become(too_large)
    assert sent == [] and intent.experiment.giant == 10**12


def walk(turn: object, start: int, up: bool, presses: int) -> list[int]:
    values = [start]
    for _ in range(presses):
        values.append(turn(values[-1], up))  # type: ignore[operator]
    return values


def test_the_dimension_dial() -> None:
    up = [1, 2, 3, 4, 5, 10, 20, 50, 100, 200, 500, 1000, 2000]
    assert walk(knobs.next_dim, 1, True, 12) == up
    assert walk(knobs.next_dim, 2000, False, 12) == up[::-1]
    assert (knobs.next_dim(7, True), knobs.next_dim(7, False)) == (10, 5)
    assert (knobs.next_dim(64, True), knobs.next_dim(64, False)) == (100, 50)


def test_walkers_turn_through_powers_of_two() -> None:
    assert walk(knobs.next_power, 1, True, 7) == [1, 2, 4, 8, 16, 32, 64, 128]
    assert walk(knobs.next_power, 128, False, 7) == [128, 64, 32, 16, 8, 4, 2, 1]
    assert (knobs.next_power(100, True), knobs.next_power(100, False)) == (128, 64)


def test_the_ends_of_the_ranges_hold() -> None:
    smallest = Experiment(dim=1, walkers=1, seed=0)
    for name in ("dim", "active_dim", "giant_dim", "walkers", "seed"):
        assert knobs.turned(smallest, name, False, 0) == smallest
    assert knobs.turned(Experiment(dim=7, active_dim=7), "active_dim", True, 0).active == 7


def test_names_go_round() -> None:
    for name, registry in knobs.REGISTRIES.items():
        experiment = start = Experiment()
        seen = {start.values()[name]}
        for _ in range(len(registry) - ("null" in registry)):  # nobody is there to be followed
            experiment = knobs.turned(experiment, name, True, 0)
            seen.add(experiment.values()[name])
        assert experiment == start and seen == set(registry) - {"null"}
        assert knobs.turned(knobs.turned(start, name, True, 0), name, False, 0) == start


@pytest.mark.parametrize("landscape", LANDSCAPES)
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_every_parameter_is_shown_once_explained_and_turns(
    landscape: str, optimizer: str, sent: list[Command]
) -> None:
    if OPTIMIZERS[optimizer].traits & set(LANDSCAPES[landscape].refuses):
        pytest.skip("refused")
    experiment = Experiment(landscape=landscape, seed=1, more_cohorts=(Cohort(optimizer),))
    intent = Intent(experiment, sent.append)
    intent.choose_cohort()
    names = intent.names
    assert sorted(names) == sorted([*intent.experiment.values(1), "speed"])
    for name in names:
        assert intent.value(name) and intent.help(name)
        values, refused = {intent.value(name)}, set()
        for up in (False, True):
            try:
                intent.turn(name, up)
            except BadInput as mistake:  # the null control has no learning rate to schedule
                refused.add(mistake.where)
            values.add(intent.value(name))
        assert len(values) > 1 or refused == {name}, name


def test_a_turn_shows_at_once_and_is_sent(intent: Intent, sent: list[Command]) -> None:
    intent.turn("dim", True)
    assert intent.value("dim") == "200" and sent == [Set("dim", 200)]
    intent.put("lr", "0.05")
    assert intent.value("lr") == "0.05" and sent[-1] == Set("lr", 0.05)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("dim", "0"),
        ("dim", "1e30"),
        ("dim", "1e12"),
        ("walkers", "-3"),
        ("lr", "nan"),
        ("lr", "abc"),
        ("landscape", "rastrigan"),
        ("mu", "-1"),
        ("seed", "1.5"),
        ("speed", "0"),
        ("speed", "fast"),
        ("dim", ""),
        ("giant_dim", "99"),
        ("giant_dim", "1e16"),
    ],
)
def test_a_mistake_is_refused_and_nothing_changes(
    intent: Intent, sent: list[Command], name: str, text: str
) -> None:
    before = intent.value(name)
    with pytest.raises(BadInput):
        intent.put(name, text)
    assert intent.value(name) == before and sent == []


def test_commands_without_a_value(intent: Intent, sent: list[Command]) -> None:
    intent.pause()
    intent.pause()
    intent.step()
    intent.rewind()
    intent.reseed()
    assert sent == [Run(False), Run(True), Advance(1), Rewind(), Reseed(1)]
    assert not intent.running and intent.value("seed") == "1"


def test_speed_goes_through_the_ladder_to_no_limit_and_back(intent: Intent, sent: list[Command]) -> None:
    assert intent.pace == OPENING_PACE
    for _ in range(20):
        intent.turn("speed", True)
    assert intent.pace is None and intent.value("speed") == "max" and sent[-1] == Pace(None)
    for _ in range(30):
        intent.turn("speed", False)
    assert intent.pace == 1.0 and sent[-1] == Pace(1.0)
    intent.put("speed", "max")
    assert intent.pace is None
    intent.put("speed", "30 steps/s")
    assert intent.pace == 30.0


def test_what_was_asked_stays_until_it_is_answered(intent: Intent) -> None:
    old = snapshot()
    intent.turn("dim", True)
    intent.settle(old)
    assert intent.experiment.dim == 200, "the engine has yet to do it"
    intent.settle(replace(old, experiment=Experiment(dim=200), answered=1))
    intent.settle(replace(old, experiment=Experiment(dim=50), answered=1))
    assert intent.experiment.dim == 50, "nothing is waited for: the engine is right"


def test_what_the_engine_refuses_is_taken_back(intent: Intent) -> None:
    intent.turn("dim", True)
    intent.turn("speed", True)
    intent.settle(snapshot(failed=True, notice="no room", answered=1))
    assert intent.experiment.dim == 200, "it may have been something else that failed"
    intent.settle(snapshot(answered=2))
    assert intent.experiment == Experiment() and intent.pace == OPENING_PACE


def test_there_and_back_again_does_not_flicker(intent: Intent) -> None:
    """The old state looks like what was asked last, and says nothing about it."""
    intent.turn("dim", True)
    intent.turn("dim", False)
    for answered, dim in ((0, 100), (1, 200), (2, 100)):
        intent.settle(snapshot(experiment=Experiment(dim=dim), answered=answered))
        assert intent.experiment.dim == 100


@pytest.mark.parametrize(("act", "begins"), [
    (lambda intent: intent.turn("landscape", True), True),
    (lambda intent: intent.turn("optimizer", True), True),
    (lambda intent: intent.put("dim", "300"), True),
    (Intent.reseed, True),
    (Intent.add_cohort, True),
    (lambda intent: intent.become(Experiment(landscape="rastrigin")), True),
    (lambda intent: intent.become(Experiment(hyper={"lr": 0.25})), False),
    (lambda intent: intent.turn("lr", True), False),
    (lambda intent: intent.turn("length_scale", True), False),
    (lambda intent: intent.dial(False), False),
    (lambda intent: intent.turn("giant_dim", True), False),
    (Intent.rewind, False),
    (Intent.pause, False),
])  # fmt: skip
def test_numbers_of_other_walkers_go_once_those_asked_for_are_long_in_coming(
    act: Callable[[Intent], str], begins: bool, intent: Intent, now: list[float]
) -> None:
    before = snapshot(phase="running")
    act(intent)
    assert intent.seen(before) is before, "they may be there at once"
    now[0] += PATIENCE
    seen = intent.seen(before)
    assert (seen is not before) == begins
    if begins:
        assert seen.experiment == intent.experiment and not any(view.readings for view in seen.cohorts)
        assert intent.seen(seen) is seen and intent.seen(replace(before, phase="compiling 2 of 5")).step == 0
    there = snapshot(experiment=intent.experiment, answered=1)
    refused = replace(before, answered=1, failed=True, notice="no room")
    for answer in (there, refused):
        assert intent.seen(answer) is answer


def test_what_goes_on_with_more_or_fewer_beside_it_is_seen_all_the_time(now: list[float]) -> None:
    neurons = Experiment(landscape="relu-teacher", dim=100)
    two = Experiment(more_cohorts=(Cohort("adam"),))
    for experiment, act in ((two, Intent.remove_cohort), (neurons, Intent.graft)):
        before, intent = snapshot(experiment=experiment), Intent(experiment, lambda command: None)
        act(intent)
        for _ in range(2):
            assert intent.experiment != experiment and intent.seen(before) is before
            now[0] += PATIENCE


def test_who_turns_on_and_on_waits_once(intent: Intent, now: list[float]) -> None:
    """And who has turned back sees what is there: it is what was asked for."""
    before = snapshot()
    intent.turn("landscape", True)
    assert intent.seen(before) is before
    now[0] += PATIENCE
    for _ in range(2):
        intent.turn("landscape", True)
        assert intent.seen(before).experiment == intent.experiment
    for _ in range(3):
        intent.turn("landscape", False)
    assert intent.seen(before) is before


def test_a_pause_shows_before_the_engine_has_paused(intent: Intent) -> None:
    intent.pause()
    intent.settle(Snapshot(Experiment(), phase="running"))
    assert not intent.running
    intent.settle(Snapshot(Experiment(), phase="paused", answered=1))
    assert not intent.running
    intent.settle(Snapshot(Experiment(), phase="running", answered=1))
    assert intent.running
    intent.settle(Snapshot(Experiment(), phase="building", answered=1))
    assert intent.running, "it goes on afterwards"
    intent.settle(Snapshot(Experiment(), phase="stopped", answered=1))
    assert not intent.running


def test_every_command_is_counted(intent: Intent, sent: list[Command]) -> None:
    for act in (intent.pause, intent.step, intent.rewind, intent.reseed):
        act()
    intent.turn("speed", True)
    intent.turn("lr", True)
    intent.turn("optimizer", True)
    assert intent.sent == len(sent) == 7


def test_the_dial_opens_directions_up_to_the_last_and_only_then_adds_some(sent: list[Command]) -> None:
    intent = Intent(Experiment(dim=30, active_dim=1), sent.append)
    for _ in range(8):
        intent.dial(True)
    opened = [Set("active_dim", active) for active in (2, 3, 4, 5, 10, 20, 30)]
    assert sent == [*opened, Set("dim", 50)]
    assert (intent.experiment.active, intent.experiment.dim) == (50, 50)
    for _ in range(7):
        intent.dial(False)
    assert sent[8:] == [Set("active_dim", active) for active in (20, 10, 5, 4, 3, 2, 1)]
    assert intent.dial(False) == "active_dim: 1 is as far as it goes" and len(sent) == 15


def full_at(monkeypatch: pytest.MonkeyPatch, dim: int) -> None:
    """Memory that holds so many dimensions and no more."""

    def refuse(experiment: Experiment) -> None:
        if experiment.dim > dim:
            raise BadInput("memory", "8 PB needed, 8 GB free", "fewer dimensions")

    monkeypatch.setattr("tui.knobs.require_memory", refuse)
    monkeypatch.setattr("sim.changes.require_memory", refuse)


@pytest.mark.parametrize("by", ["dial", "arrows"])
def test_a_dimension_off_the_dial_is_come_back_to(by: str) -> None:
    """Or what was counted there would be out of reach."""
    intent = Intent(Experiment(landscape="rastrigin", dim=20, giant_dim=175 * 10**9), lambda command: None)

    def turned(*ups: bool) -> list[int]:
        found = []
        for up in ups:
            intent.dial(up) if by == "dial" else intent.turn("giant_dim", up)
            found.append(intent.experiment.giant)
        return found

    assert turned(False, True) == [10**11, 175 * 10**9]
    down = [10**11, 5 * 10**10]
    assert turned(False, False, True, True, True) == [*down, 10**11, 175 * 10**9, 2 * 10**11]
    assert turned(False, False) == [175 * 10**9, 10**11]


def test_the_dial_goes_on_past_memory_and_comes_back_the_same_way(
    sent: list[Command], monkeypatch: pytest.MonkeyPatch
) -> None:
    full_at(monkeypatch, 50)
    intent = Intent(Experiment(landscape="rastrigin", dim=20, active_dim=10), sent.append)
    said = [intent.dial(True) for _ in range(6)]
    turned = [Set("active_dim", 20), Set("dim", 50)]
    giants = [Set("giant_dim", dim) for dim in (10**9, 2 * 10**9, 5 * 10**9, 10**10)]
    assert sent == [*turned, *giants]
    assert said[2] == (
        "1e9 dimensions: no memory holds walkers there; page 6 draws and streams their exact laws"
    )
    assert said[3:] == [
        f"page 6 is about {dim} dimensions; the walkers keep their 50" for dim in ("2e9", "5e9", "1e10")
    ]
    assert (intent.experiment.dim, intent.experiment.active, intent.value("giant_dim")) == (50, 50, "1e10")
    said = [intent.dial(False) for _ in range(5)]
    assert sent[6:] == [*giants[2::-1], Set("giant_dim", 50), Set("active_dim", 20)]
    assert said[3] == "page 6 is about the walkers' own 50 dimensions again"


def test_the_dial_ends_at_the_largest_dimension_of_all(
    sent: list[Command], monkeypatch: pytest.MonkeyPatch
) -> None:
    full_at(monkeypatch, 100)
    intent = Intent(Experiment(), sent.append)
    while not intent.dial(True).endswith("is as far as it goes"):
        assert len(sent) < 30
    assert intent.experiment.giant == 10**15 and len(sent) == 19
    assert intent.dial(True) == "giant_dim: 1e15 is as far as it goes"


def test_where_walkers_of_any_dimension_fit_the_dial_takes_them_along(sent: list[Command]) -> None:
    large = Experiment(landscape="krylov-quadratic", dim=10**11, giant_dim=2 * 10**11)
    intent = Intent(large, sent.append)
    for up in (False, True, False):
        intent.dial(up)
    assert sent == [Set("giant_dim", 10**11), Set("dim", 2 * 10**11), Set("dim", 10**11)]
    assert intent.experiment.giant_dim is None


def test_where_a_landscape_takes_no_walkers_the_dial_says_so(
    sent: list[Command], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui.knobs._resized", lambda experiment, up: experiment)
    said = Intent(Experiment(), sent.append).dial(True)
    assert said.startswith("1e9 dimensions: gaussian-field takes no walkers there; page 6 ")


def test_the_dimension_of_the_laws_turns_without_the_walkers(intent: Intent, sent: list[Command]) -> None:
    assert intent.turn("giant_dim", True) == "page 6 is about 200 dimensions; the walkers keep their 100"
    assert intent.turn("giant_dim", False) == "page 6 is about the walkers' own 100 dimensions again"
    assert intent.turn("giant_dim", False) == "giant_dim: 100 is as far as it goes"
    intent.put("giant_dim", "123_456_789")
    assert intent.value("giant_dim") == "123 456 789" and intent.plain("giant_dim") == "123456789"
    assert [command.value for command in sent if isinstance(command, Set)] == [200, 100, 123456789]
    assert intent.help("giant_dim").endswith("from 100 to 1e15")
    intent.dial(False)
    assert intent.experiment.giant == 100, "below what the dial begins with, the walkers come first"


def test_a_landscape_that_shares_its_directions_refuses_the_dial_by_name(
    monkeypatch: pytest.MonkeyPatch, sent: list[Command]
) -> None:
    constrained = replace(LANDSCAPES["rastrigin"], constraint=object())
    monkeypatch.setitem(LANDSCAPES._loaded, "rastrigin", constrained)
    intent = Intent(Experiment(landscape="rastrigin"), sent.append)
    for turn in (lambda: intent.dial(False), lambda: intent.turn("active_dim", False)):
        with pytest.raises(BadInput, match="rastrigin keeps its walkers on a surface"):
            turn()
    assert sent == []
    intent.dial(True)
    assert sent == [Set("dim", 200)]


def test_cohorts_are_added_chosen_changed_and_taken_away(intent: Intent, sent: list[Command]) -> None:
    assert intent.choose_cohort() == "there is one cohort; `add-cohort` adds another"
    intent.put("lr", "0.5")
    intent.add_cohort()
    assert intent.cohort == 1 and sent[-1] == AddCohort(Cohort("langevin"))
    intent.turn("optimizer", True)
    intent.put("lr", "0.125")
    assert sent[-2:] == [Set("optimizer", "lion", 1), Set("lr", 0.125, 1)]
    assert intent.value("lr") == "0.125" and intent.groups[1].heading == "cohort 2 of 2 · lion"
    assert intent.choose_cohort() == "cohort 1, gd" and intent.value("lr") == "0.5"
    intent.remove_cohort()
    assert sent[-1] == RemoveCohort(0) and intent.experiment.labels == ("lion",)
    with pytest.raises(BadInput, match="the last one cannot go"):
        intent.remove_cohort()


def test_a_fifth_cohort_is_refused(intent: Intent, sent: list[Command]) -> None:
    for _ in range(3):
        intent.add_cohort()
    with pytest.raises(BadInput, match="5 are too many"):
        intent.add_cohort()
    assert intent.cohort == 3 and len(sent) == 3


def test_the_null_control_is_passed_over_where_there_is_nobody_to_follow(sent: list[Command]) -> None:
    intent = Intent(Experiment(optimizer="nesterov"), sent.append)
    intent.turn("optimizer", True)
    assert intent.value("optimizer") == "perturbed-gd"
    intent.turn("optimizer", False)
    assert intent.value("optimizer") == "nesterov"
    intent.add_cohort()
    assert intent.value("optimizer") == "null"
    intent.cohort = 0
    with pytest.raises(BadInput, match="cohort 2 follows it"):
        intent.remove_cohort()


def test_a_landscape_that_refuses_a_rule_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    refusing = replace(LANDSCAPES["griewank"], refuses={Trait.COORDINATEWISE: "no axis is special"})
    monkeypatch.setitem(LANDSCAPES._loaded, "griewank", refusing)
    after_both = LANDSCAPES.after(LANDSCAPES.after("griewank"))  # krylov-quadratic refuses it as well
    assert knobs.turned(Experiment(optimizer="adam"), "landscape", True, 0).landscape == after_both
    assert knobs.turned(Experiment(), "landscape", True, 0).landscape == "griewank"


def test_words_that_do_not_go_with_the_others_are_passed_over(sent: list[Command]) -> None:
    classed = Experiment(landscape="network", parameters={"data": "digits", "objective": "cross-entropy"})
    declared = next(p for p in LANDSCAPES["network"].parameters if p.name == "data")
    assert isinstance(declared, Choice)
    for up in (True, False):
        intent, seen = Intent(classed, sent.append), set()
        for _ in declared.options:
            intent.turn("data", up)
            seen.add(intent.value("data"))
        assert seen == {"digits", "spirals"}


def test_where_no_other_word_goes_the_first_reason_is_given() -> None:
    numbers = Experiment(landscape="network", parameters={"data": "student-teacher"})
    with pytest.raises(BadInput, match="cross-entropy needs classes"):
        knobs.turned(numbers, "objective", True, 0)


def test_a_cohort_that_the_engine_refused_is_no_longer_chosen(intent: Intent) -> None:
    intent.add_cohort()
    intent.settle(snapshot(answered=1, failed=True, notice="no room"))
    assert intent.cohort == 0 and len(intent.experiment.cohorts) == 1


def test_no_two_parameters_share_a_name() -> None:
    """One list holds them all, and `Set` knows them by name."""
    owners = [[p.name for p in entry.parameters] for r in knobs.REGISTRIES.values() for entry in r.values()]
    landscapes = {p.name for entry in LANDSCAPES.values() for p in entry.parameters}
    rules = {p.name for r in (OPTIMIZERS, SCHEDULES) for entry in r.values() for p in entry.parameters}
    starts = {p.name for entry in STARTS.values() for p in entry.parameters}
    assert owners and not (landscapes & rules or landscapes & starts or rules & starts)
    for optimizer in OPTIMIZERS.values():
        for schedule in SCHEDULES.values():
            names = [p.name for p in (*optimizer.parameters, *schedule.parameters)]
            assert len(set(names)) == len(names)


def test_a_landscape_that_is_drawn_along_its_walkers_is_dialled_to_any_dimension(sent: list[Command]) -> None:
    intent = Intent(Experiment(landscape="krylov-quadratic", dim=2 * 10**14, walkers=4), sent.append)
    for up in (True, True, True, False, False):
        intent.dial(up)
    assert sent == [Set("dim", dim) for dim in (5 * 10**14, 10**15, 5 * 10**14, 2 * 10**14)]
    intent.put("dim", "1")
    assert intent.dial(False) == "dim: 1 is as far as it goes"
    intent.put("dim", "2e14")
    with pytest.raises(BadInput, match="has no coordinates to lock"):
        intent.put("active_dim", "1e14")
