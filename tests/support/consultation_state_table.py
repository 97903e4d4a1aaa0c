"""What the design says about every (state, event) pair, written by hand as two tables.

A cell is the state the event leads to, where `+void` and `+capture` mean: the same status, with that decision.
`repeat`: the command's outcome stands already. `ignore`: a fact or deadline without effect. `refuse`: the command
has no row.
"""

from __future__ import annotations

from common.state_machine import Outcome, Verdict
from consultation.states import Decision, Event, State, Status

PAID = """
                      redeem  reopen  accept  decline  cancel  end       capture   abandon  expire  overdue   hold_placed  captured   canceled    payment_missing  write_off
pending_payment       refuse  refuse  refuse  +void    +void   refuse    refuse    refuse   +void   ignore    authorized   completed  cancelled   cancelled        refuse
authorized            used    active  refuse  +void    +void   refuse    refuse    refuse   +void   ignore    ignore       completed  cancelled   ignore           refuse
used                  refuse  refuse  active  +void    +void   refuse    refuse    refuse   +void   ignore    ignore       completed  cancelled   ignore           refuse
active                refuse  refuse  repeat  refuse   refuse  +capture  +capture  +void    ignore  +capture  ignore       completed  cancelled   ignore           refuse
active+capture        refuse  refuse  refuse  refuse   refuse  repeat    repeat    repeat   ignore  ignore    ignore       completed  cancelled   active+capture   cancelled
pending_payment+void  refuse  refuse  refuse  repeat   repeat  refuse    refuse    refuse   ignore  ignore    ignore       completed  cancelled   cancelled        refuse
authorized+void       refuse  refuse  refuse  repeat   repeat  refuse    refuse    refuse   ignore  ignore    ignore       completed  cancelled   cancelled        refuse
used+void             refuse  refuse  refuse  repeat   repeat  refuse    refuse    refuse   ignore  ignore    ignore       completed  cancelled   cancelled        refuse
active+void           refuse  refuse  refuse  repeat   repeat  repeat    refuse    repeat   ignore  ignore    ignore       completed  cancelled   cancelled        refuse
completed             refuse  refuse  refuse  refuse   refuse  repeat    repeat    repeat   ignore  ignore    ignore       ignore     ignore      ignore           refuse
cancelled             refuse  refuse  refuse  repeat   repeat  repeat    refuse    repeat   ignore  ignore    ignore       ignore     ignore      ignore           refuse
"""  # noqa: E501  # a table is read across

PERK = """
           redeem  reopen  accept  decline    cancel     end        capture  abandon    expire     overdue    hold_placed  captured  canceled   payment_missing  write_off
used       refuse  refuse  active  cancelled  cancelled  refuse     refuse   refuse     cancelled  ignore     ignore       ignore    ignore     ignore           refuse
active     refuse  refuse  repeat  refuse     refuse     completed  refuse   cancelled  ignore     completed  ignore       ignore    ignore     ignore           refuse
completed  refuse  refuse  refuse  refuse     refuse     repeat     repeat   repeat     ignore     ignore     ignore       ignore    ignore     ignore           refuse
cancelled  refuse  refuse  refuse  repeat     repeat     repeat     refuse   repeat     ignore     ignore     ignore       ignore    ignore     ignore           refuse
"""  # noqa: E501

Expectation = dict[tuple[State, Event], Outcome[State]]


def expected(table: str) -> Expectation:
    """The outcome of every pair of a table."""
    header, *rows = table.strip().splitlines()
    events = [Event(name) for name in header.split()]
    outcomes: Expectation = {}
    for row in rows:
        name, *cells = row.split()
        state = _state(name)
        for event, cell in zip(events, cells, strict=True):
            outcomes[state, event] = _outcome(state, cell)
    return outcomes


def _state(name: str) -> State:
    status, _, decision = name.partition("+")
    return State(Status(status), Decision(decision) if decision else None)


def _outcome(state: State, cell: str) -> Outcome[State]:
    if cell in ("repeat", "ignore", "refuse"):
        return Outcome(Verdict(cell), state)
    return Outcome(Verdict.MOVE, State(state.status, Decision(cell[1:])) if cell.startswith("+") else _state(cell))
