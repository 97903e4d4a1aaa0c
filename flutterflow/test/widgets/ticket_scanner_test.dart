import 'dart:convert';

import 'package:flutter/widget_test.dart';
import 'package:kippu_flutter/actions/call_kippu.dart';
import 'package:kippu_flutter/widgets/index.dart';

import 'camera.dart';

const _second = Duration(seconds: 1);
final _offline = failure('UNREACHABLE', '通信できませんでした');

/// The widget, and the answers that it was given.
(TicketScanner, List<dynamic>) scanner({Future<void> Function()? onScan}) {
  final answers = <dynamic>[];
  final widget = TicketScanner(
    eventId: 'ev-1',
    gate: 'A',
    onScan: (answer) async {
      answers.add(answer);
      await onScan?.call();
    },
  );
  return (widget, answers);
}

/// A code that changes, as it is in this minute.
String rotating(int minute, {int generation = 0}) {
  final claims = jsonEncode({'t': 'ticket.0', 'g': generation, 'e': 'event', 'w': minute});
  return 'head.${base64Url.encode(utf8.encode(claims)).replaceAll('=', '')}.signed$minute';
}

List<dynamic> scanIds(Server server) => [for (final (_, data) in server.calls) data['scanId']];

void main() {
  test('TicketScanner checks a code once while it stays, and again when it was away', (phone) async {
    final camera = Camera();
    final server = Server((_, __) => {'ok': true, 'result': 'ok'});
    final (widget, answers) = scanner();
    await phone.show(widget);
    await phone.wait(_second);
    for (var seconds = 0; seconds < 20; seconds++) {
      camera.sees('T');
      await phone.wait(_second);
    }
    expect(answers.length, 1);
    await phone.wait(_second * 5);
    camera.sees('T');
    await phone.settle();
    expect(answers.length, 2);
    expect(scanIds(server).toSet().length, 2, 'and it is another scan');
  });

  test('TicketScanner checks again as the same scan when there was no answer', (phone) async {
    final camera = Camera();
    final server = Server((_, __) => throw StateError('plugin'));
    final (widget, answers) = scanner();
    await phone.show(widget);
    await phone.wait(_second);
    camera.sees('T');
    await phone.settle();
    expect(answers.single['error']['message'], '確認できませんでした');
    server.answers((_, __) => _offline);
    await phone.wait(_second * 2);
    camera.sees('T');
    await phone.settle();
    server.answers((_, __) => {'ok': true, 'result': 'ok'});
    await phone.wait(_second * 2);
    camera.sees('T');
    await phone.settle();
    expect(answers.length, 3);
    expect(scanIds(server).toSet().length, 1);
  });

  test('TicketScanner checks another ticket as another scan, also when the one before had no answer', (phone) async {
    final camera = Camera();
    final server = Server((_, __) => _offline);
    final (widget, _) = scanner();
    await phone.show(widget);
    await phone.wait(_second);
    for (final code in ['T', 'U']) {
      camera.sees(code);
      await phone.wait(_second * 3);
    }
    expect(scanIds(server).toSet().length, 2);
  });

  test('TicketScanner does not check a code again that stayed while the answer was looked at', (phone) async {
    final camera = Camera();
    Server((_, __) => {'ok': true, 'result': 'ok'});
    final (widget, answers) = scanner(onScan: () => Future<void>.delayed(_second * 10));
    await phone.show(widget);
    await phone.wait(_second);
    for (var seconds = 0; seconds < 15; seconds++) {
      camera.sees('T');
      await phone.wait(_second);
    }
    expect(answers.length, 1);
  });

  test('TicketScanner does not check a code again that changed while it stayed', (phone) async {
    final camera = Camera();
    Server((_, __) => {'ok': true, 'result': 'ok'});
    final (widget, answers) = scanner();
    await phone.show(widget);
    await phone.wait(_second);
    for (var minute = 0; minute < 3; minute++) {
      camera.sees(rotating(minute));
      await phone.wait(_second * 4);
    }
    expect(answers.length, 1);
    camera.sees(rotating(3, generation: 1));
    await phone.settle();
    expect(answers.length, 2, 'a new holder has another code');
    await phone.wait(_second * 5);
    camera.sees(rotating(4, generation: 1));
    await phone.settle();
    expect(answers.length, 3, 'and after a while it is another scan');
  });

  test('TicketScanner checks at once the new code of a ticket whose old one was no good', (phone) async {
    final camera = Camera();
    final server = Server((_, __) => {'ok': true, 'result': 'invalid', 'detail': 'stale'});
    final (widget, answers) = scanner();
    await phone.show(widget);
    await phone.wait(_second);
    camera.sees(rotating(0));
    await phone.wait(_second);
    server.answers((_, __) => {'ok': true, 'result': 'ok'});
    camera.sees(rotating(0));
    await phone.settle();
    expect(answers.length, 1);
    camera.sees(rotating(5));
    await phone.settle();
    expect([for (final answer in answers) answer['result']], ['invalid', 'ok']);
  });

  test('TicketScanner takes the next scan of a ticket for another one, also when its action threw', (phone) async {
    final camera = Camera();
    final server = Server((_, __) => {'ok': true, 'result': 'ok'});
    final (widget, answers) = scanner(onScan: () async => throw StateError('no sound'));
    await phone.show(widget);
    await phone.wait(_second);
    camera.sees('T');
    await phone.wait(_second * 6);
    camera.sees('T');
    await phone.settle();
    expect(answers.length, 2);
    expect(scanIds(server).toSet().length, 2);
    phone.errors.clear();
  });

  test('TicketScanner checks nothing below a dialog or in the background, and goes on afterwards', (phone) async {
    final camera = Camera();
    final server = Server((_, __) => {'ok': true, 'result': 'ok'});
    final (widget, _) = scanner();
    await phone.show(widget);
    await phone.wait(_second);
    await phone.openDialog(const VisibilityWatch(onChange: _ignore));
    await phone.wait(_second);
    expect(camera.on, isFalse);
    await phone.pop();
    await phone.toBackground();
    await phone.wait(_second);
    expect(camera.on, isFalse);
    await phone.toFront();
    await phone.wait(_second);
    camera.sees('T');
    await phone.settle();
    expect(server.calls.length, 1);
  });
}

Future<void> _ignore(bool visible) async {}
