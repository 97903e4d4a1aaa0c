import 'dart:async';
import 'dart:convert';
import 'dart:math';

import 'package:flutter/material.dart';
import 'package:kippu_flutter/actions/index.dart';
import 'package:kippu_flutter/widgets/index.dart';

/// The camera of somebody at the door. Each code is checked once, and `onScan` gets the answer of `scanTicket`.
///
/// The next one is looked at when `onScan` is done. A code that stays before the camera, or a changing one's next, is not
/// checked again until it was away for some seconds, unless there was no answer or it was no good. Nothing is read while another page or dialog is in front, or the app
/// is not.
class TicketScanner extends StatefulWidget {
  const TicketScanner({
    super.key,
    this.width,
    this.height,
    required this.eventId,
    this.gate,
    this.direction,
    required this.onScan,
  });

  final double? width;
  final double? height;
  final String eventId;
  final String? gate;
  final String? direction;
  final Future Function(dynamic answer) onScan;

  @override
  State<TicketScanner> createState() => _TicketScannerState();
}

class _TicketScannerState extends State<TicketScanner> {
  static const _awayFor = Duration(seconds: 5);
  static const _pause = Duration(seconds: 2);

  String? _last;

  /// Whose code the last one was, where it was a ticket's.
  String? _lastTicket;
  String _scanId = _newId();

  /// Since when the last one was not seen; null if it may be checked again at once.
  Stopwatch? _away;

  Future<void> _check(String token) async {
    final scan = '${widget.eventId} ${widget.direction} $token';
    final ticket = _ticketOf(token);
    final same = scan == _last || ticket != null && ticket == _lastTicket;
    final stayed = same && (_away?.elapsed ?? _awayFor) < _awayFor;
    _seen();
    if (stayed) return;
    if (scan != _last) _scanId = _newId();
    _last = scan;
    final answer = await _answer(token);
    final checked = answer is Map && answer['ok'] == true;
    if (checked) _scanId = _newId();
    // A code that was no good may be followed at once by one that is.
    _lastTicket = checked && answer['result'] != 'invalid' ? ticket : null;
    await widget.onScan(answer);
    _seen();
    if (checked) return;
    // It may stay where it is, and is checked again as the same scan: only the answer may have been lost.
    await Future<void>.delayed(_pause);
    _away = null;
  }

  void _seen() => _away = Stopwatch()..start();

  Future<dynamic> _answer(String token) async {
    try {
      return await scanTicket(widget.eventId, token, _scanId, widget.gate, widget.direction);
    } catch (_) {
      return {
        'ok': false,
        'error': {'reason': 'UNREACHABLE', 'message': '確認できませんでした'},
      };
    }
  }

  /// The ticket of a code, since one that changes is another text each time. Null for what is no ticket's code.
  String? _ticketOf(String token) {
    try {
      final claims = jsonDecode(utf8.decode(base64Url.decode(base64Url.normalize(token.split('.')[1]))));
      return claims['t'] is String ? '${widget.eventId} ${widget.direction} ${claims['t']} ${claims['g']}' : null;
    } catch (_) {
      return null;
    }
  }

  static String _newId() {
    final random = Random.secure();
    return List.generate(32, (_) => random.nextInt(16).toRadixString(16)).join();
  }

  @override
  Widget build(BuildContext context) => CodeCamera(width: widget.width, height: widget.height, onCode: _check);
}
