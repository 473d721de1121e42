"""How a laboratory is run, from its start until it is left."""

from __future__ import annotations

from collections.abc import Callable

from sim.experiment import Experiment
from tui import interrupted
from tui.app import LabApp
from tui.chapters import Tour
from tui.config import Preferences
from tui.intent import OPENING_PACE
from tui.interpreter import favour_the_screen, quiet_warnings
from tui.panel import PAGES


def run_lab(
    experiment: Experiment,
    page: str = PAGES[0],
    greet: Callable[[], interrupted.News] = interrupted.News,
    resumed: interrupted.Resumed | None = None,
    preferences: Preferences = Preferences(),  # noqa: B008 - it cannot be changed
    tour: Tour | None = None,
) -> int:
    """Run the laboratory, or the tour, from this page of panels on until it is left; the exit status.

    The first line of news is that of `greet`, asked for once the screen is painted. What is `resumed` is gone
    on with instead. Raises whatever went wrong, once the rest is kept.
    """
    from sim.engine import Engine

    quiet_warnings()
    favour_the_screen()
    state = resumed.state if resumed else None
    pace, trail = (state.pace, state.trail) if state else (OPENING_PACE, None)
    engine = Engine(experiment, pace, trail)
    app = LabApp(experiment, engine, page, greet, resumed and resumed.keeper, preferences, tour)
    if state:
        app.lab.take_over(state)
    try:
        app.run()
        engine.stop(0.2)
        if app.failure is not None:
            raise app.failure
    except BaseException:
        app.keeping.keep()
        raise
    return app.return_code or 0
