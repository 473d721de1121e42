"""How a laboratory is run, from its start until it is left."""

from __future__ import annotations

from collections.abc import Callable

from tui import interrupted
from tui.app import LabApp
from tui.intent import OPENING_PACE
from tui.interpreter import quiet_warnings
from tui.opening import Opening


def run_lab(
    found: Opening,
    greet: Callable[[], interrupted.News] = interrupted.News,
    resumed: interrupted.Resumed | None = None,
) -> int:
    """Run the laboratory, or the tour, from its opening on until it is left; the exit status.

    The first line of news is that of `greet`, asked for once the screen is painted. What is `resumed` is gone
    on with instead. Raises whatever went wrong, once the rest is kept.
    """
    from sim.engine import Engine

    quiet_warnings()
    state, keeper = resumed or (None, None)
    pace, trail = (state.pace, state.trail) if state else (OPENING_PACE, None)
    experiment = trail.experiment if trail else found.experiment
    engine = Engine(experiment, pace, trail)
    app = LabApp(experiment, engine, found.page, greet, keeper, found.preferences, found.tour)
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
