import 'package:cloud_firestore/cloud_firestore.dart';
import 'package:flutter/widget_test.dart';
import 'package:kippu_flutter/widgets/index.dart';

import 'awards.dart';
import 'sign_ins.dart';

const _second = Duration(seconds: 1);
const _minute = Duration(minutes: 1);

/// What the server's clock says. The phone's says what [Phone.setClock] makes of it.
final _now = DateTime.utc(2030, 1, 2, 3, 4, 5);

/// An offer that was made so long ago. It is good for ten minutes.
Map<String, dynamic> offer({Duration ago = Duration.zero}) => {
      'createdAt': Timestamp.fromDate(_now.subtract(ago)),
      'expiresAt': Timestamp.fromDate(_now.subtract(ago).add(_minute * 10)),
    };

(PendingAwardListener, List<String>) listener() {
  final opened = <String>[];
  return (PendingAwardListener(onAward: (awardId) async => opened.add(awardId)), opened);
}

/// Somebody has signed in, and their token is five minutes old.
(SignIns, Awards) begin([String? uid = 'hanako']) => (
      SignIns()
        ..tokenIssuedAt = _now.subtract(_minute * 5)
        ..become(uid),
      Awards(),
    );

void main() {
  test('PendingAwardListener opens what is offered, once, and the newest first', (phone) async {
    final (_, awards) = begin();
    final (widget, opened) = listener();
    await phone.show(widget);
    awards.tell('hanako', {'b': offer(), 'a': offer(ago: _minute)});
    await phone.settle();
    awards.tell('hanako', {'b': offer(), 'a': offer(ago: _minute)});
    await phone.settle();
    expect(opened, ['b']);
    awards.tell('hanako', {'a': offer(ago: _minute)});
    await phone.settle();
    expect(opened, ['b', 'a']);
  });

  test('PendingAwardListener asks for what is pending of the customer, newest first', (phone) async {
    final (_, awards) = begin();
    await phone.show(listener().$1);
    expect(awards.asked.single, 'point_awards userId=hanako status=pending createdAt desc 5');
  });

  test('PendingAwardListener listens when somebody signs in later', (phone) async {
    final (signIns, awards) = begin(null);
    final (widget, opened) = listener();
    await phone.show(widget);
    expect(awards.listeners, isEmpty);
    signIns.become('hanako');
    await phone.settle();
    awards.tell('hanako', {'a': offer()});
    await phone.settle();
    expect(opened, ['a']);
  });

  test('PendingAwardListener follows who is signed in, and nobody after the sign-out', (phone) async {
    final (signIns, awards) = begin();
    await phone.show(listener().$1);
    signIns.become('jiro');
    await phone.settle();
    expect(awards.listeners, ['jiro']);
    signIns.become(null);
    await phone.wait(_minute);
    expect(awards.listeners, isEmpty);
  });

  test('PendingAwardListener goes on when the same person is told again, and when nobody can be told', (phone) async {
    final (signIns, awards) = begin();
    final (widget, opened) = listener();
    await phone.show(widget);
    signIns
      ..become('hanako')
      ..fail();
    await phone.settle();
    expect(awards.asked.length, 1);
    awards.tell('hanako', {'a': offer()});
    await phone.settle();
    expect(opened, ['a']);
  });

  test('PendingAwardListener opens nothing for whoever has signed out before it was looked at', (phone) async {
    final (signIns, awards) = begin();
    signIns.tokenTakes = _second;
    final (widget, opened) = listener();
    await phone.show(widget);
    awards.tell('hanako', {'a': offer()});
    await phone.settle();
    signIns.become(null);
    await phone.wait(_minute);
    expect(opened, isEmpty);
  });

  test('PendingAwardListener opens nothing that was answered elsewhere before it was looked at', (phone) async {
    final (signIns, awards) = begin();
    signIns.tokenTakes = _second;
    final (widget, opened) = listener();
    await phone.show(widget);
    awards.tell('hanako', {'a': offer()});
    await phone.settle();
    awards.tell('hanako', {});
    await phone.wait(_second * 2);
    expect(opened, isEmpty);
    awards.tell('hanako', {'b': offer()});
    await phone.settle();
    awards.tell('hanako', {'c': offer(), 'b': offer()});
    await phone.wait(_second * 2);
    expect(opened, ['c']);
  });

  test('PendingAwardListener waits for no token that does not come', (phone) async {
    final (signIns, awards) = begin();
    signIns.tokenTakes = _minute * 3;
    final (widget, opened) = listener();
    await phone.show(widget);
    awards.tell('hanako', {'a': offer()});
    await phone.wait(_second * 5);
    expect(opened, ['a']);
  });

  for (final (what, by) in [('behind', const Duration(days: -1)), ('ahead', const Duration(days: 1))]) {
    test('PendingAwardListener opens a good offer and no old one with a clock that is $what', (phone) async {
      final (_, awards) = begin();
      phone.setClock(by);
      final (widget, opened) = listener();
      await phone.show(widget);
      awards.tell('hanako', {'old': offer(ago: _minute * 20)});
      await phone.settle();
      expect(opened, isEmpty);
      awards.tell('hanako', {'good': offer(), 'old': offer(ago: _minute * 20)});
      await phone.settle();
      expect(opened, ['good']);
    });
  }

  test('PendingAwardListener takes no offer that only the phone remembers', (phone) async {
    final (_, awards) = begin();
    final (widget, opened) = listener();
    await phone.show(widget);
    awards.tell('hanako', {'answered': offer()}, fromCache: true);
    await phone.settle();
    expect(opened, isEmpty);
    awards.tell('hanako', {'a': offer()});
    await phone.settle();
    expect(opened, ['a']);
  });

  test('PendingAwardListener opens an offer where no time is known', (phone) async {
    final (signIns, awards) = begin();
    signIns.tokenIssuedAt = null;
    final (first, openedFirst) = listener();
    await phone.show(first);
    awards.tell('hanako', {'a': offer()});
    await phone.settle();
    expect(openedFirst, ['a']);
    await phone.leave();
    signIns.tokenIssuedAt = _now;
    final (widget, opened) = listener();
    await phone.show(widget);
    awards.tell('hanako', {'a': <String, dynamic>{}});
    await phone.settle();
    expect(opened, ['a']);
  });

  for (final (what, end) in [
    ('an error', (Awards awards) => awards.fail('hanako')),
    ('an end', (Awards awards) => awards.end('hanako')),
  ]) {
    test('PendingAwardListener listens again after $what of the stream', (phone) async {
      final (_, awards) = begin();
      final (widget, opened) = listener();
      await phone.show(widget);
      end(awards);
      await phone.wait(_second * 10);
      awards.tell('hanako', {'a': offer()});
      await phone.settle();
      expect(opened, ['a']);
      expect(awards.asked.length, 2);
    });
  }

  test('PendingAwardListener goes on after its action threw', (phone) async {
    final (_, awards) = begin();
    final opened = <String>[];
    await phone.show(PendingAwardListener(onAward: (awardId) async {
      opened.add(awardId);
      throw StateError('no page');
    }));
    awards.tell('hanako', {'a': offer()});
    await phone.settle();
    awards.tell('hanako', {'b': offer()});
    await phone.settle();
    expect(opened, ['a', 'b']);
    phone.errors.clear();
  });

  test('PendingAwardListener stops listening when its page is left, and does not begin again', (phone) async {
    final (signIns, awards) = begin();
    await phone.show(listener().$1);
    await phone.leave();
    expect(awards.listeners, isEmpty);
    await phone.show(listener().$1);
    awards.fail('hanako');
    await phone.settle();
    await phone.leave();
    await phone.wait(_minute);
    signIns.become('jiro');
    await phone.settle();
    expect(awards.asked.length, 2);
  });
}
