"""What a buyer's app does: purchaseTicket, payOrder while Stripe refuses, the payment sheet, confirmOrder."""

from __future__ import annotations

from bench.rush.clock import Process
from bench.rush.firestore import Seen
from bench.rush.order import Answer, Order, Status
from bench.rush.platform import Instance, Service
from bench.rush.world import World


def visit(world: World) -> Process[None]:
    """One buyer, who comes back some time after SOLD_OUT, or does not."""
    random = world.clock.random
    while True:
        order = yield from _purchase(world)
        if order is not None:
            yield from _pay(world, order)
            return
        if random.random() >= world.rush.comes_back:
            return
        yield random.uniform(*world.rush.comes_back_after)


def _purchase(world: World) -> Process[Order | None]:
    """purchaseTicket, asked again while it is busy."""
    clock, tally = world.clock, world.tally
    places = clock.random.choice(world.rush.quantities)
    tier = clock.random.randrange(world.rush.tiers)
    for attempt in range(world.rush.tries_when_busy):
        asked_at = clock.now
        instance = yield from world.purchase.enter()
        if instance is not None:
            yield instance.compute(world.rush.cpu_call)
            order = Order(places, tier)
            answer = yield from world.inventory.hold(instance, order)
            if answer is Answer.HELD:
                tally.held(clock.now, clock.now - asked_at)
                yield from _ask_stripe(world, instance, order)
            world.purchase.leave(instance)
            if answer is Answer.HELD:
                return order
            if answer is Answer.SOLD_OUT:
                tally.sold_out.append(clock.now - asked_at)
                return None
            tally.busy += 1
        yield _again(world, attempt)
    tally.turned_away += 1
    return None


def _ask_stripe(world: World, instance: Instance, order: Order) -> Process[None]:
    """Make the payment of an order that stands; refused, the order keeps its places."""
    yield instance.compute(world.rush.cpu_stripe)
    if (yield from world.stripe.ask("create")):
        while not order.payable:
            order.payable = yield from world.db.commit([Seen(order, order.version)], others=1)


def _again(world: World, attempt: int) -> float:
    """When the app asks again."""
    first, most = world.rush.ask_again
    return float(min(first * 2**attempt, most) * world.clock.random.uniform(0.5, 1.5))


def _pay(world: World, order: Order) -> Process[None]:
    """Ask until there is something to pay, and pay or not."""
    clock, rush = world.clock, world.rush
    held_at = clock.now
    attempt = 0
    while not order.payable:
        yield _again(world, attempt)
        attempt += 1
        if clock.now >= order.expires_at:
            world.tally.never_payable += 1
            return
        yield from _pay_order(world, order)
    world.tally.payable_after.append(clock.now - held_at)
    fate = clock.random.random()
    if fate < rush.abandon:
        return
    if fate < rush.abandon + rush.late:
        yield max(0.0, order.expires_at - clock.now) + clock.random.uniform(0, 4 * rush.grace_seconds)
    else:
        yield clock.sample(rush.pays_after)
    clock.start(_settle(world, world.webhook, order), clock.sample(rush.webhook_after))
    yield from _settle(world, world.confirm, order)


def _pay_order(world: World, order: Order) -> Process[None]:
    instance = yield from world.pay.enter()
    if instance is not None:
        yield instance.compute(world.rush.cpu_call)
        yield world.db.read(1)
        yield from _ask_stripe(world, instance, order)
        world.pay.leave(instance)


def _settle(world: World, service: Service, order: Order) -> Process[None]:
    """confirmOrder, or the webhook: whoever comes first issues the tickets and captures."""
    while order.status in (Status.PENDING, Status.EXPIRED):
        instance = yield from service.enter()
        if instance is not None:
            yield instance.compute(world.rush.cpu_call)
            yield world.db.read(1)
            yield from _issue(world, instance, order)
            service.leave(instance)
        if order.status in (Status.PENDING, Status.EXPIRED):
            yield world.rush.settle_again_seconds * world.clock.random.uniform(0.5, 1.5)


def _issue(world: World, instance: Instance, order: Order) -> Process[None]:
    before = order.status
    if before not in (Status.PENDING, Status.EXPIRED):
        return
    yield instance.compute(world.rush.cpu_stripe)
    if not (yield from world.stripe.ask("retrieve")):
        return
    yield from world.inventory.confirm(instance, order)
    if world.tally.settled(order, world.clock.now):
        world.clock.start(_carry_out(world, order))


def _carry_out(world: World, order: Order) -> Process[None]:
    """Capture what is paid, cancel what is not; settleOrders tries again what Stripe refused."""
    while not (yield from world.stripe.ask("capture" if order.status is Status.PAID else "cancel")):
        yield world.rush.settle_again_seconds
