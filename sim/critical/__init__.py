"""Critical points: hunted on any landscape, or all of them on small tori, beside what theory expects."""

from sim.critical.hunter import Hunter, hunt
from sim.critical.kac_rice import KacRice, kac_rice
from sim.critical.points import CriticalPoints
from sim.critical.torus import Census, CensusTaker, census

__all__ = ["Census", "CensusTaker", "CriticalPoints", "Hunter", "KacRice", "census", "hunt", "kac_rice"]
