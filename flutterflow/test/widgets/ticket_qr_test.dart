import 'package:flutter/widget_test.dart';
import 'package:kippu_flutter/actions/call_kippu.dart';
import 'package:kippu_flutter/widgets/index.dart';
import 'package:qr_flutter/qr_flutter.dart';
import 'package:shared_preferences/shared_preferences.dart';
import 'package:surroundings/surroundings.dart';

import 'sign_ins.dart';

const _second = Duration(seconds: 1);

Map<String, dynamic> code(String token, {num? seconds}) =>
    {'ok': true, 'token': token, 'refresh_after_seconds': seconds};

final _offline = failure('UNREACHABLE', '通信できませんでした');

String? shown(Phone phone) => phone.all<QrImageView>().map((qr) => qr.data).firstOrNull;

/// Somebody has signed in, and nothing is kept on the phone.
Future<SignIns> begin() async {
  final kept = await SharedPreferences.getInstance();
  for (final key in kept.getKeys()) {
    await kept.remove(key);
  }
  return SignIns()..become('hanako');
}

void main() {
  test('TicketQr shows a code that stays, also without a network later', (phone) async {
    await begin();
    Server((_, __) => code('stays'));
    await phone.show(const TicketQr(ticketId: 't.0'));
    expect(shown(phone), 'stays');
    phone.expectNoText('スクリーンショットでは入場できません');
    await phone.leave();
    Server((_, __) => _offline);
    await phone.show(const TicketQr(ticketId: 't.0'));
    await phone.wait(_second * 600);
    expect(shown(phone), 'stays');
    phone.expectText('通信できませんでした');
  });

  test('TicketQr shows a kept code at once, before the server has answered', (phone) async {
    await begin();
    Server((_, __) => code('stays'));
    await phone.show(const TicketQr(ticketId: 't.0'));
    await phone.leave();
    Server((_, __) => Server.silence());
    await phone.show(const TicketQr(ticketId: 't.0'));
    expect(shown(phone), 'stays');
    await phone.wait(_second * 11);
  });

  test('TicketQr does not keep a code for somebody else', (phone) async {
    final signIns = await begin();
    Server((_, __) => code('stays'));
    await phone.show(const TicketQr(ticketId: 't.0'));
    await phone.leave();
    signIns.become('somebody-else');
    Server((_, __) => _offline);
    await phone.show(const TicketQr(ticketId: 't.0'));
    expect(shown(phone), null);
  });

  test('TicketQr forgets a code that the server refuses', (phone) async {
    await begin();
    Server((_, __) => code('stays'));
    await phone.show(const TicketQr(ticketId: 't.0'));
    await phone.leave();
    final server = Server((_, __) => failure('TICKET_NOT_USABLE', 'このチケットは使用できません'));
    await phone.show(const TicketQr(ticketId: 't.0'));
    expect(shown(phone), null);
    await phone.wait(_second * 60);
    expect(server.calls.length, 1, 'and asks no more');
    await phone.leave();
    Server((_, __) => _offline);
    await phone.show(const TicketQr(ticketId: 't.0'));
    expect(shown(phone), null);
  });

  test('TicketQr does not show a kept code that comes after the refusal', (phone) async {
    await begin();
    Server((_, __) => code('stays'));
    await phone.show(const TicketQr(ticketId: 't.0'));
    await phone.leave();
    Server((_, __) => failure('TICKET_NOT_USABLE', 'このチケットは使用できません'));
    Orders.give('SharedPreferences.getInstance', [ComesLate(_second), ComesLate(_second * 2)]);
    await phone.show(const TicketQr(ticketId: 't.0'));
    await phone.wait(_second * 3);
    expect(shown(phone), null);
  });

  test('TicketQr asks again for a code that stays when somebody comes back, and hides a refused one', (phone) async {
    await begin();
    final server = Server((_, __) => code('stays'));
    await phone.show(const TicketQr(ticketId: 't.0'));
    await phone.wait(_second * 60);
    expect(server.calls.length, 1);
    server.answers((_, __) => failure('TICKET_NOT_USABLE', 'このチケットは使用できません'));
    await phone.toBackground();
    await phone.toFront();
    expect(server.calls.length, 2);
    expect(shown(phone), null);
    phone.expectText('このチケットは使用できません');
  });

  test('TicketQr asks for a changing code in time, and only while it can be seen', (phone) async {
    await begin();
    var made = 0;
    final server = Server((_, __) => code('code ${++made}', seconds: 30.0));
    await phone.show(const TicketQr(ticketId: 't.0'));
    phone.expectText('スクリーンショットでは入場できません');
    await phone.wait(_second * 29);
    expect(shown(phone), 'code 1');
    await phone.wait(_second);
    expect(shown(phone), 'code 2');
    await phone.openDialog(const TicketQr(ticketId: 't.1'));
    await phone.pop();
    final before = server.calls.length;
    await phone.toBackground();
    await phone.wait(_second * 600);
    expect(server.calls.length, before);
    await phone.toFront();
    expect(server.calls.length, before + 1);
  });

  test('TicketQr shows a changing code for twice its time without a network, and keeps none', (phone) async {
    await begin();
    final server = Server((_, __) => code('changes', seconds: 30));
    await phone.show(const TicketQr(ticketId: 't.0'));
    server.answers((_, __) => _offline);
    await phone.wait(_second * 59);
    expect(shown(phone), 'changes');
    await phone.wait(_second);
    expect(shown(phone), null);
    expect((await SharedPreferences.getInstance()).getKeys().length, 0);
  });

  test('TicketQr neither shows nor keeps a code whose answer comes after a later refusal', (phone) async {
    await begin();
    final server = Server((_, __) => Future<dynamic>.delayed(_second * 30, () => code('stays')));
    await phone.show(const TicketQr(ticketId: 't.0'));
    server.answers((_, __) => failure('TICKET_NOT_USABLE', 'このチケットは使用できません'));
    await phone.wait(_second * 40);
    expect(server.calls.length, 2);
    expect(shown(phone), null);
    expect((await SharedPreferences.getInstance()).getKeys().length, 0);
  });

  test('TicketQr shows nothing of the ticket before', (phone) async {
    await begin();
    final server = Server((_, __) => code('of t.0'));
    await phone.show(const TicketQr(ticketId: 't.0'));
    server.answers((_, __) => _offline);
    await phone.show(const TicketQr(ticketId: 't.1'));
    expect(shown(phone), null);
  });

  test('TicketQr shows nothing of the ticket before, whose answer comes late', (phone) async {
    await begin();
    Server((_, data) => data['ticketId'] == 't.0'
        ? Future<dynamic>.delayed(_second * 5, () => code('of t.0'))
        : _offline);
    await phone.show(const TicketQr(ticketId: 't.0'));
    await phone.show(const TicketQr(ticketId: 't.1'));
    await phone.wait(_second * 8);
    expect(shown(phone), null);
  });
}
