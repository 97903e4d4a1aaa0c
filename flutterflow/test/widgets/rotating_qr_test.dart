import 'package:flutter/material.dart';
import 'package:flutter/widget_test.dart';
import 'package:kippu_flutter/actions/call_kippu.dart';
import 'package:kippu_flutter/widgets/index.dart';
import 'package:qr_flutter/qr_flutter.dart';

const _second = Duration(seconds: 1);

/// Makes a new code at each call.
Server codes({num seconds = 60}) {
  var made = 0;
  return Server((_, data) => {'ok': true, 'token': 'code ${++made}', 'refreshAfterSeconds': seconds});
}

String? shown(Phone phone) => phone.all<QrImageView>().map((qr) => qr.data).firstOrNull;

void main() {
  test('RotatingQr asks for the next code five seconds before the shown one ends', (phone) async {
    final server = codes();
    await phone.show(const RotatingQr());
    expect(shown(phone), 'code 1');
    phone.expectText('あと 55秒で更新');
    await phone.wait(_second * 54);
    expect(shown(phone), 'code 1');
    phone.expectText('あと 1秒で更新');
    await phone.wait(_second);
    expect(shown(phone), 'code 2');
    expect(server.calls.length, 2);
  });

  test('RotatingQr counts from when it asked, however long the answer takes', (phone) async {
    Server((_, __) => Future<dynamic>.delayed(
          _second * 8,
          () => {'ok': true, 'token': 'code', 'refreshAfterSeconds': 60},
        ));
    await phone.show(const RotatingQr());
    await phone.wait(_second * 8);
    phone.expectText('あと 47秒で更新');
  });

  test('RotatingQr takes seconds that are doubles, as the web sends them', (phone) async {
    codes(seconds: 60.0);
    await phone.show(const RotatingQr());
    phone.expectText('あと 55秒で更新');
  });

  test('RotatingQr takes a code whose seconds are missing for one of a minute', (phone) async {
    final server = Server((_, __) => {'ok': true, 'token': 'code'});
    await phone.show(const RotatingQr());
    server.answers((_, __) => failure('UNREACHABLE', '通信できませんでした'));
    await phone.wait(_second * 59);
    expect(shown(phone), 'code');
    await phone.wait(_second);
    expect(shown(phone), null);
  });

  test('RotatingQr asks for the customer without a store, and for a store by its id', (phone) async {
    final server = codes();
    await phone.show(const RotatingQr(storeId: ''));
    await phone.show(const RotatingQr());
    await phone.show(const RotatingQr(storeId: 'store-1'));
    final [(name, first), (_, second)] = server.calls;
    expect(name, 'issueSecureQR');
    expect(first, {'type': 'user_point_earn', 'storeId': null});
    expect(second, {'type': 'store_point_use', 'storeId': 'store-1'});
  });

  test('RotatingQr shows nothing of the store before', (phone) async {
    codes();
    await phone.show(const RotatingQr(storeId: 'store-1'));
    expect(shown(phone), 'code 1');
    Server((_, __) => Server.silence());
    await phone.show(const RotatingQr(storeId: 'store-2'));
    expect(shown(phone), null);
    await phone.wait(_second * 11);
  });

  for (final (what, leave, back) in [
    ('in the background', (Phone phone) => phone.toBackground(), (Phone phone) => phone.toFront()),
    ('below a page', (Phone phone) => phone.push(const Text('above')), (Phone phone) => phone.pop()),
    ('below a dialog', (Phone phone) => phone.openDialog(const Text('above')), (Phone phone) => phone.pop()),
    ('in a tab that is muted', (Phone phone) => phone.muteTab(), (Phone phone) => phone.backToTab()),
    ('in a tab that is kept aside', (Phone phone) => phone.leaveTab(), (Phone phone) => phone.backToTab()),
  ]) {
    test('RotatingQr asks nothing $what, and at once when it is seen again', (phone) async {
      final server = codes();
      await phone.show(const RotatingQr());
      await leave(phone);
      await phone.wait(_second * 600);
      expect(server.calls.length, 1);
      await back(phone);
      await phone.wait(_second);
      expect(server.calls.length, 2);
      expect(shown(phone), 'code 2');
    });
  }

  test('RotatingQr that was never seen asks nothing', (phone) async {
    final server = codes();
    await phone.leaveTab();
    await phone.show(const RotatingQr());
    await phone.wait(_second * 60);
    expect(server.calls, isEmpty);
  });

  test('RotatingQr shows no code that ended while the phone slept', (phone) async {
    final server = codes();
    await phone.show(const RotatingQr());
    await phone.toBackground();
    phone.sleep(const Duration(hours: 8));
    server.answers((_, __) => Server.silence());
    await phone.toFront();
    expect(shown(phone), null);
    expect(server.calls.length, 2, 'and it asks at once');
    await phone.wait(_second * 11);
  });

  for (final (what, by) in [('back', const Duration(hours: -3)), ('forward', const Duration(hours: 3))]) {
    test('RotatingQr shows no ended code when the clock is set $what', (phone) async {
      final server = codes();
      await phone.show(const RotatingQr());
      await phone.wait(_second * 50);
      server.answers((_, __) => failure('UNREACHABLE', '通信できませんでした'));
      phone.setClock(by);
      await phone.wait(_second * 10);
      expect(shown(phone), null);
      server.answers((_, __) => {'ok': true, 'token': 'later', 'refreshAfterSeconds': 60});
      await phone.wait(_second * 5);
      expect(shown(phone), 'later');
      phone.expectText('秒で更新');
    });
  }

  for (final (what, fault) in [
    ('an error', () => throw StateError('plugin')),
    ('an exception of an answer to come', () => Future<dynamic>.error(Exception('plugin'))),
    ('a thrown text', () => throw 'plugin'),
    ('no answer', () => Server.silence()),
    ('an empty answer', () => null),
    ('a list', () => <dynamic>[]),
    ('an answer without a code', () => {'ok': true}),
    ('a refusal without an error', () => {'ok': false}),
    ('an error that is a text', () => {'ok': false, 'error': 'internal'}),
  ]) {
    test('RotatingQr says so and asks again after $what', (phone) async {
      final server = Server((_, __) => fault());
      await phone.show(const RotatingQr());
      await phone.wait(_second * 11);
      phone.expectText('通信できませんでした');
      final before = server.calls.length;
      await phone.wait(_second * 20);
      expect(server.calls.length > before, isTrue, 'it asks again by itself');
      server.answers((_, __) => {'ok': true, 'token': 'at last', 'refreshAfterSeconds': 60});
      await phone.wait(_second * 20);
      expect(shown(phone), 'at last');
      phone.expectNoText('通信できませんでした');
    });
  }

  test('RotatingQr keeps a good code without a network, until it ends', (phone) async {
    final server = codes();
    await phone.show(const RotatingQr());
    server.answers((_, __) => failure('UNREACHABLE', '通信できませんでした'));
    await phone.wait(_second * 59);
    expect(shown(phone), 'code 1');
    phone.expectText('通信できませんでした');
    await phone.wait(_second);
    expect(shown(phone), null);
    expect(server.calls.length, 3, 'at 55 and 60 seconds, and not more');
  });

  test('RotatingQr asks no more after a refusal, until somebody taps or comes back', (phone) async {
    final server = Server((_, __) => failure('PERMISSION_DENIED', '権限がありません'));
    await phone.show(const RotatingQr(storeId: 'store-1'));
    await phone.wait(_second * 600);
    expect(server.calls.length, 1);
    phone.expectText('権限がありません');
    await phone.tap('手動更新');
    expect(server.calls.length, 2);
    await phone.toBackground();
    await phone.wait(_second * 10);
    server.answers((_, __) => {'ok': true, 'token': 'now', 'refreshAfterSeconds': 60});
    await phone.toFront();
    expect(shown(phone), 'now');
  });

  test('RotatingQr takes no tap while it asks, and one afterwards', (phone) async {
    final server = Server((_, __) => Server.silence());
    await phone.show(const RotatingQr());
    expect(phone.button('手動更新').enabled, isFalse);
    await phone.wait(_second * 10);
    server.answers((_, __) => {'ok': true, 'token': 'tapped', 'refreshAfterSeconds': 60});
    await phone.tap('手動更新');
    expect(shown(phone), 'tapped');
  });

  test('RotatingQr that is gone when the answer comes does nothing', (phone) async {
    Server((_, __) => Future<dynamic>.delayed(_second * 3, () => {'ok': true, 'token': 'late'}));
    await phone.show(const RotatingQr());
    await phone.leave();
    await phone.wait(_second * 10);
    expect(phone.errors, isEmpty);
  });
}
