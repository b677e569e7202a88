"""What an undo or a redo does to invoices: their numbers and the marks of their entries."""

from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clocktool.app.app import App
    from clocktool.outbox.change import Change
    from clocktool.outbox.undo import Plan


class InvoiceStep(msgspec.Struct, frozen=True):
    """What an undo or a redo does in the register: take an invoice back, or put it back."""

    number: str
    puts_back: bool


def invoice_steps(app: "App", plan: "Plan") -> list[InvoiceStep]:
    """Return what an undo does in the register. Raises RefusedError if an invoice stands."""
    from clocktool.invoicing.register import Register
    from clocktool.outbox.mark import Mark

    marks: list[tuple[Change, Change | None]] = [
        (row.change, change) for row, change in plan.changes
    ]
    marks += [(row.change, None) for row in plan.cancelled]
    marks += [(row.change, row.change) for row in plan.restored]
    steps = list[InvoiceStep]()
    for change, inverse in marks:
        if isinstance(change, Mark) and change.number:
            was_marked = change.invoiced and inverse is not change
            steps.append(InvoiceStep(change.number, puts_back=not was_marked))
    register = Register(app.marks_path, app.now)
    for step in dict.fromkeys(steps):
        if step.puts_back:
            register.check_put_back(step.number)
        else:
            register.check_take_back(step.number)
    return list(dict.fromkeys(steps))


def take_invoice_steps(app: "App", steps: "Sequence[InvoiceStep]") -> None:
    """Take back invoices in the register, or put them back: their numbers and marks."""
    from clocktool.invoicing.register import Register

    register = Register(app.marks_path, app.now)
    for step in steps:
        if step.puts_back:
            register.put_back(step.number)
            app.out.note(f"Invoice {step.number} is back.")
        else:
            register.take_back(step.number)
            app.out.note(f"Invoice {step.number} is taken back; its number is free again.")


def conclude_invoice_steps(app: "App", steps: "Sequence[InvoiceStep]") -> None:
    """Record that the marks of these invoices have been sent, or wait in the journal."""
    from clocktool.invoicing.register import Register

    register = Register(app.marks_path, app.now)
    numbers = {step.number for step in steps}
    for each in register.unsent() if steps else ():
        if each.number in numbers:
            register.sent(each)


def update_marks(app: "App", plan: "Plan") -> None:
    """Update the marks after an undo; a note says which could not be written."""
    from clocktool.invoicing.invoice import follow_undo

    for error in follow_undo(plan, app.marks_path, app.outbox, app.history, app.now):
        app.out.note(error.message)  # the undo itself is done
