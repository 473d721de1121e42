"""Kernels: numba functions of a fixed signature, declared without numba and compiled on selection.

A landscape and an update rule are serial functions over a *block of walkers* (rows of `x`):

    gradient(x[n, d], parameters[p], keys[n], step, value[n], gradient[n, d])
    update(x[n, d], gradient[n, d], slots[s, n, d], hyper[h], keys[n], step)
    retract(x[n, d])                        moves x back onto a constraint, after each step
    tangent(x[n, d], gradient[n, d])        takes from a gradient what leads off the constraint

The driver (`sim.driver`) is told their addresses, so each is compiled once and cached whatever it is
combined with. A decorator returns a `Kernel`, a handle that compiles at its first call;
a function that kernels call (`@inline`) is a handle too, and is put in its place when they compile.
"""

from __future__ import annotations

import dis
import importlib
import threading
from collections.abc import Callable
from functools import cached_property
from types import CodeType, FunctionType
from typing import TYPE_CHECKING, Any, Generic, ParamSpec, TypeVar, cast

from sim.arrays import np

if TYPE_CHECKING:
    from sim.arrays import Floats, Keys

P = ParamSpec("P")
R = TypeVar("R")

BLOCK, ROW, WIDE, SLOTS, KEYS = "f8[:, ::1]", "f8[::1]", "f8[:, :]", "f8[:, :, ::1]", "u8[::1]"
ADDRESSES = KEYS
GRADIENT = f"void({BLOCK}, {ROW}, {KEYS}, i8, {ROW}, {BLOCK})"
UPDATE = f"void({BLOCK}, {BLOCK}, {SLOTS}, {ROW}, {KEYS}, i8)"
RETRACT = f"void({BLOCK})"
TANGENT = f"void({BLOCK}, {BLOCK})"

# Divergence is data: `nnan` and `ninf` would let the compiler assume that it cannot happen.
FASTMATH = frozenset({"contract", "reassoc", "nsz", "arcp", "afn"})

WRITTEN = frozenset({"contract"})
"""Rounded as it is written, but for a product and a sum that become one operation."""

_compiling = threading.RLock()


class Kernel(Generic[P, R]):
    """A function that numba compiles at its first call, or when `compiled` is asked for.

    `user_key` names the user's file that a kernel is made of. Such a kernel is computed as it is written,
    with the bounds of every index checked, and its machine code is never another file's. `fastmath` is what
    the compiler may do to its own arithmetic; what it calls has flags of its own.
    """

    def __init__(
        self,
        function: Callable[P, R],
        signature: str | None,
        user_key: str = "",
        fastmath: frozenset[str] = FASTMATH,
    ) -> None:
        self.function, self.signature, self.user_key = cast(FunctionType, function), signature, user_key
        self.fastmath = frozenset[str]() if user_key else fastmath
        self.name = f"{function.__module__}.{function.__qualname__}"
        self._compiled: Any = None

    @property
    def compiled(self) -> Any:
        """The numba dispatcher; compiles or reads the cache at first use (about 1 s cold)."""
        if self._compiled is None:
            with _compiling:
                if self._compiled is None:
                    self._compiled = _compile(self)
        return self._compiled

    @cached_property
    def plain(self) -> Callable[..., Any]:
        """The same function without numba, where importing or compiling it would take longer than the work.

        For single numbers; also for NumPy's arrays, where nothing in it branches on one of them. What it
        returns may differ in the last bits from what the machine code does.
        """
        namespace = dict(self.function.__globals__)
        for name in globals_of(self.function.__code__):
            if isinstance(handle := namespace.get(name), Kernel):
                namespace[name] = handle.plain
        return _with_globals(self.function, namespace)

    @property
    def is_compiled(self) -> bool:
        """Whether asking for `compiled` costs nothing."""
        return self._compiled is not None

    @property
    def address(self) -> int:
        """Where its machine code is, for `function_at`; good for as long as this handle is kept."""
        (overload,) = self.compiled.overloads.values()
        return int(overload.library.get_pointer_to_function(overload.fndesc.llvm_func_name))

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        """Run it, compiled."""
        return cast(R, self.compiled(*args, **kwargs))

    def __repr__(self) -> str:
        return f"<kernel {self.name}>"


def kernel(signature: str) -> Callable[[Callable[P, R]], Kernel[P, R]]:
    """Declare a kernel of the given numba signature."""
    return lambda function: Kernel(function, signature)


def inline(function: Callable[P, R]) -> Kernel[P, R]:
    """Declare a function that kernels call; numba infers its types where it is called."""
    return Kernel(function, None)


def inline_as_written(function: Callable[P, R]) -> Kernel[P, R]:
    """`inline` for arithmetic whose rounding errors somebody has counted: its order is kept."""
    return Kernel(function, None, fastmath=WRITTEN)


GradientKernel = Kernel[["Floats", "Floats", "Keys", int, "Floats", "Floats"], None]
UpdateKernel = Kernel[["Floats", "Floats", "Floats", "Floats", "Keys", int], None]
RetractKernel = Kernel[["Floats"], None]
TangentKernel = Kernel[["Floats", "Floats"], None]


def gradient_kernel(function: Callable[[Floats, Floats, Keys, int, Floats, Floats], None]) -> GradientKernel:
    """Declare a landscape's value and gradient."""
    return Kernel(function, GRADIENT)


def update_kernel(
    function: Callable[[Floats, Floats, Floats, Floats, Keys, int], None],
) -> UpdateKernel:
    """Declare an optimizer's update."""
    return Kernel(function, UPDATE)


def retract_kernel(function: Callable[[Floats], None]) -> RetractKernel:
    """Declare how positions return to a constraint."""
    return Kernel(function, RETRACT)


def tangent_kernel(function: Callable[[Floats, Floats], None]) -> TangentKernel:
    """Declare what a constraint leaves of a gradient."""
    return Kernel(function, TANGENT)


class FunctionAt:
    """`function_at(address)` inside a kernel: the function of this signature at the address of a `Kernel`.

    numba passes a compiled function as an argument, too, but looks for its machine code anew in each call:
    25 µs a function, with the interpreter's lock held, where an address costs nothing.
    """

    def __init__(self, signature: str) -> None:
        self.signature = signature

    @cached_property
    def compiled(self) -> Any:
        """What numba puts in the place of the call: the address, as a function pointer of its own kind."""
        from numba import types
        from numba.core import cgutils, sigutils
        from numba.extending import intrinsic

        arguments, result = sigutils.normalize_signature(self.signature)
        pointer = types.FunctionType(result(*arguments))

        def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
            function = cgutils.create_struct_proxy(pointer)(context, builder)
            # Of its two ways to be called, the one by which exceptions come back.
            function.jit_addr = builder.inttoptr(values[0], function.jit_addr.type)
            return function._getvalue()  # noqa: SLF001 - numba's own way

        def function_at(context: Any, address: Any) -> Any:
            return pointer(types.uint64), generate

        return intrinsic(function_at)

    def __call__(self, address: int) -> Callable[..., None]:
        """For type checkers: only compiled code can do this."""
        raise TypeError("works inside a kernel only")


def _compile(handle: Kernel[Any, Any]) -> Any:
    """Compile with every name among the globals replaced by what it stands for."""
    from sim.cache import compile_cached

    function = handle.function
    namespace = dict(function.__globals__)
    for name in globals_of(function.__code__):
        value = namespace.get(name)
        if isinstance(value, (Kernel, FunctionAt)):
            namespace[name] = value.compiled
        elif value is np:
            namespace[name] = importlib.import_module("numpy")
    concrete = _with_globals(function, namespace)
    if handle.user_key:
        # Numba's symbols are module, name and a count that begins anew in each process: equal ones from the
        # cache would be one function to the linker.
        concrete.__qualname__ = f"{function.__qualname__}_{handle.user_key}"
    return compile_cached(concrete, handle.signature, handle.fastmath, handle.user_key)


def _with_globals(function: FunctionType, namespace: dict[str, Any]) -> FunctionType:
    code, defaults, closure = function.__code__, function.__defaults__, function.__closure__
    return FunctionType(code, namespace, function.__name__, defaults, closure)


def globals_of(code: CodeType) -> set[str]:
    """The global names that a function's code reads, and that of the functions inside it."""
    inner = (globals_of(constant) for constant in code.co_consts if isinstance(constant, CodeType))
    own = (i.argval for i in dis.get_instructions(code) if i.opname in ("LOAD_GLOBAL", "LOAD_NAME"))
    return set(own).union(*inner)
