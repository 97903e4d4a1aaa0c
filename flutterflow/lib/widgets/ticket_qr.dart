import 'dart:async';

import 'package:firebase_auth/firebase_auth.dart';
import 'package:flutter/material.dart';
import 'package:kippu_flutter/actions/index.dart';
import 'package:qr_flutter/qr_flutter.dart';
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
  static const _retryAfter = Duration(seconds: 5);
  static const _answerWithin = Duration(seconds: 10);
  static const _offline = '通信できませんでした';

  /// Asking again changes nothing, until somebody taps or comes back.
  static const _refusals = ['TICKET_NOT_FOUND', 'TICKET_NOT_USABLE', 'INVALID_ARGUMENT'];

  Timer? _timer;
  AppLifecycleListener? _lifecycle;
  bool _inFront = true;
  bool _onTop = true;

  String? _token;
  int? _refreshSeconds;
  String? _message;
  DateTime _shownSince = DateTime.now();
  DateTime _triedAt = DateTime(0);
  bool _wanted = true;
  bool _asking = false;
  bool _refused = false;
  int _request = 0;

  @override
  void initState() {
    super.initState();
    _lifecycle = AppLifecycleListener(
      onStateChange: (state) => _look(() => _inFront = state == AppLifecycleState.resumed),
    );
    _timer = Timer.periodic(const Duration(seconds: 1), (_) => _tick());
    _begin();
  }

  @override
  void didChangeDependencies() {
    super.didChangeDependencies();
    final onTop = (ModalRoute.of(context)?.isCurrent ?? true) && TickerMode.of(context);
    _look(() => _onTop = onTop);
    _askIfDue();
  }

  @override
  void didUpdateWidget(TicketQr oldWidget) {
    super.didUpdateWidget(oldWidget);
    if (oldWidget.ticketId == widget.ticketId) return;
    _begin();
    _askIfDue();
  }

  @override
  void dispose() {
    _timer?.cancel();
    _lifecycle?.dispose();
    super.dispose();
  }

  bool get _visible => _inFront && _onTop;

  /// Whoever comes back to the page gets a code that is good now.
  void _look(void Function() change) {
    final before = _visible;
    change();
    if (_visible && !before) {
      _wanted = true;
      _refused = false;
    }
  }

  void _begin() {
    _token = null;
    _message = null;
    _refreshSeconds = null;
    _refused = false;
    _wanted = true;
    // What an earlier ticket was asked for is nobody's answer any more.
    _request++;
    _asking = false;
    _triedAt = DateTime(0);
    _recall();
  }

  void _tick() {
    if (!_visible) return;
    final seconds = _refreshSeconds;
    final age = DateTime.now().difference(_shownSince).inSeconds;
    if (seconds != null && (age >= seconds || age < 0)) {
      _wanted = true;
      // A door takes it for some time still, but not for ever. Less than nothing: the phone's clock was set back.
      if (age >= 2 * seconds || age < 0) _token = null;
    }
    _askIfDue();
    setState(() {});
  }

  void _askIfDue() {
    final waited = DateTime.now().difference(_triedAt).abs() >= _retryAfter;
    if (_visible && _wanted && waited && !_refused && !_asking) _ask();
  }

  Future<void> _ask() async {
    final request = ++_request;
    final ticketId = widget.ticketId;
    final askedAt = _triedAt = DateTime.now();
    _asking = true;
    dynamic answer;
    try {
      final asked = callKippu('getTicketQR', {'ticketId': ticketId});
      answer = await asked.timeout(_answerWithin);
    } catch (_) {
      // Whatever it was, the next try may go well.
      answer = null;
    }
    if (!mounted || request != _request) return;
    setState(() {
      _asking = false;
      _take(ticketId, answer, askedAt);
    });
  }

  void _take(String ticketId, dynamic answer, DateTime askedAt) {
    final fields = answer is Map ? answer : const <String, dynamic>{};
    final token = fields['token'];
    if (fields['ok'] == true && token is String) {
      final seconds = fields['refresh_after_seconds'];
      _token = token;
      _refreshSeconds = seconds is num ? seconds.toInt() : null;
      _shownSince = askedAt;
      _message = null;
      _wanted = false;
      _keep(ticketId, _refreshSeconds == null ? token : null);
      return;
    }
    final error = fields['error'] is Map ? fields['error'] as Map : const <String, dynamic>{};
    final message = error['message'];
    _message = message is String ? message : _offline;
    _refused = _refusals.contains(error['reason']);
    if (_refused) {
      _token = null;
      _keep(ticketId, null);
    }
  }

  String _place(String ticketId) => 'kippu.${FirebaseAuth.instance.currentUser?.uid}.$ticketId';

  /// Shows what was kept, until the server has answered.
  Future<void> _recall() async {
    final ticketId = widget.ticketId;
    try {
      final kept = (await SharedPreferences.getInstance()).getString(_place(ticketId));
      final waiting = mounted && ticketId == widget.ticketId && _token == null && !_refused;
      if (kept != null && waiting) setState(() => _token = kept);
    } catch (_) {
      // Nothing is kept: then it comes from the server.
    }
  }

  Future<void> _keep(String ticketId, String? token) async {
    try {
      final kept = await SharedPreferences.getInstance();
      if (token == null) {
        await kept.remove(_place(ticketId));
      } else {
        await kept.setString(_place(ticketId), token);
      }
    } catch (_) {
      // It is shown all the same.
    }
  }

  void _again() => setState(() {
        _refused = false;
        _ask();
      });

  @override
  Widget build(BuildContext context) {
    final token = _token;
    return SizedBox(
      width: widget.width,
      height: widget.height,
      child: Column(
        mainAxisAlignment: MainAxisAlignment.center,
        children: [
          SizedBox.square(
            dimension: 280,
            child: token != null
                ? QrImageView(
                    data: token,
                    errorCorrectionLevel: QrErrorCorrectLevel.M,
                    backgroundColor: Colors.white,
                    padding: const EdgeInsets.all(16),
                  )
                : Center(
                    child: _asking
                        ? const CircularProgressIndicator()
                        : Icon(_refused ? Icons.block : Icons.cloud_off, size: 64),
                  ),
          ),
          if (_message != null)
            Text(_message!, textAlign: TextAlign.center, style: const TextStyle(color: Colors.red)),
          if (_refreshSeconds != null)
            Text(
              'スクリーンショットでは入場できません',
              textAlign: TextAlign.center,
              style: TextStyle(fontSize: 12, color: Colors.grey[600]),
            ),
          TextButton.icon(
            onPressed: _asking ? null : _again,
            icon: const Icon(Icons.refresh, size: 16),
            label: const Text('更新'),
          ),
        ],
      ),
    );
  }
}
