import 'dart:async';

import 'package:firebase_auth/firebase_auth.dart';
import 'package:flutter/material.dart';
import 'package:kippu_flutter/actions/index.dart';
import 'package:kippu_flutter/widgets/index.dart';
import 'package:shared_preferences/shared_preferences.dart';

/// The code of a ticket, for the door.
///
/// A code that stays the same is kept on the phone, so that it can be shown without a network. One that changes is asked
/// for again in time, as long as somebody can see it.
class TicketQr extends StatefulWidget {
  const TicketQr({super.key, this.width, this.height, required this.ticketId});

  final double? width;
  final double? height;
  final String ticketId;

  @override
  State<TicketQr> createState() => _TicketQrState();
}

class _TicketQrState extends State<TicketQr> {
  /// Asking again changes nothing, until somebody taps or comes back.
  static const _refusals = ['TICKET_NOT_FOUND', 'TICKET_NOT_USABLE', 'INVALID_ARGUMENT'];

  String? _kept;
  bool _changes = false;
  int _asks = 0;

  /// The latest question that the server has answered; 0 for none.
  int _answered = 0;

  @override
  void initState() {
    super.initState();
    _recall();
  }

  @override
  void didUpdateWidget(TicketQr oldWidget) {
    super.didUpdateWidget(oldWidget);
    if (oldWidget.ticketId == widget.ticketId) return;
    _kept = null;
    _changes = false;
    _answered = 0;
    _recall();
  }

  String get _place => 'kippu.${FirebaseAuth.instance.currentUser?.uid}.${widget.ticketId}';

  Future<dynamic> _ask() async {
    final place = _place;
    final ask = ++_asks;
    final answer = await callKippu('getTicketQR', {'ticketId': widget.ticketId});
    final token = answer['token'];
    if (answer['ok'] == true && token is String) {
      final seconds = answer['refresh_after_seconds'];
      if (seconds is! num) {
        _keep(ask, place, token, false);
        return answer;
      }
      _keep(ask, place, null, true);
      // A door takes it for some time still, but not for ever.
      return {...answer, 'askAgainAfter': seconds, 'goneAfter': 2 * seconds};
    }
    final error = answer['error'];
    if (error is Map && _refusals.contains(error['reason'])) _keep(ask, place, null, false);
    return answer;
  }

  /// Shows what was kept, until the server has answered.
  Future<void> _recall() async {
    try {
      final place = _place;
      final kept = (await SharedPreferences.getInstance()).getString(place);
      if (mounted && place == _place && _answered == 0) setState(() => _kept = kept);
    } catch (_) {
      // Nothing is kept: then it comes from the server.
    }
  }

  /// Keeps what the server has said of a ticket: its code, or none. What was asked for later is true.
  Future<void> _keep(int ask, String place, String? token, bool changes) async {
    if (mounted && place == _place) {
      if (ask < _answered) return;
      setState(() {
        _answered = ask;
        _changes = changes;
        _kept = token;
      });
    }
    try {
      final kept = await SharedPreferences.getInstance();
      token == null ? await kept.remove(place) : await kept.setString(place, token);
    } catch (_) {
      // It is shown all the same.
    }
  }

  @override
  Widget build(BuildContext context) => LiveQr(
        // Another ticket's code has nothing of this one's.
        key: ValueKey(widget.ticketId),
        width: widget.width,
        height: widget.height,
        ask: _ask,
        refusals: _refusals,
        countdown: false,
        button: '更新',
        note: _changes ? 'スクリーンショットでは入場できません' : null,
        kept: _kept,
      );
}
