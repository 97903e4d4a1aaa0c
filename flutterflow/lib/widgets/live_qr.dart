import 'dart:async';
import 'dart:math' as math;

import 'package:flutter/material.dart';
import 'package:kippu_flutter/widgets/index.dart';
import 'package:qr_flutter/qr_flutter.dart';

/// A code that the server makes, for `RotatingQr` and `TicketQr`.
///
/// It is asked for as long as it can be seen: when it comes into sight, in time before it ends, at a tap, and again some
/// seconds after anything that went wrong. `ask` returns what `callKippu` does, with `askAgainAfter` and `goneAfter`: the
/// seconds until the next one is asked for, and until this one is hidden; none for a code that stays. After one of the
/// reasons in `refusals` nothing is asked until somebody taps or comes back. `kept` is shown while the server has said
/// nothing.
class LiveQr extends StatefulWidget {
  const LiveQr({
    super.key,
    this.width,
    this.height,
    required this.ask,
    required this.refusals,
    required this.countdown,
    required this.button,
    this.note,
    this.kept,
  });

  final double? width;
  final double? height;
  final Future Function() ask;
  final List<String> refusals;
  final bool countdown;
  final String button;
  final String? note;
  final String? kept;

  @override
  State<LiveQr> createState() => _LiveQrState();
}

/// How long ago something was. A clock can be set, and counting rests while the phone sleeps: it is the longer of both.
class _Moment {
  final _at = DateTime.now();
  final _counted = Stopwatch()..start();

  Duration get ago {
    final byClock = DateTime.now().difference(_at);
    return byClock > _counted.elapsed ? byClock : _counted.elapsed;
  }
}

class _LiveQrState extends State<LiveQr> {
  static const _retryAfter = Duration(seconds: 5);
  static const _answerWithin = Duration(seconds: 10);
  static const _offline = '通信できませんでした';

  Timer? _timer;
  bool _visible = false;

  String? _token;
  int? _askAgainAfter;
  int? _goneAfter;
  _Moment _shown = _Moment();
  String? _message;

  _Moment? _tried;
  bool _wanted = true;
  bool _asking = false;
  bool _refused = false;

  @override
  void initState() {
    super.initState();
    _timer = Timer.periodic(const Duration(seconds: 1), (_) => _tick());
  }

  @override
  void dispose() {
    _timer?.cancel();
    super.dispose();
  }

  /// Whoever comes back gets a code that is good now.
  Future<void> _onVisible(bool visible) async {
    _visible = visible;
    _wanted = true;
    _refused = false;
    _tick();
  }

  void _tick() {
    if (!_visible) return;
    final age = _shown.ago.inSeconds;
    if (age >= (_askAgainAfter ?? double.infinity)) _wanted = true;
    if (age >= (_goneAfter ?? double.infinity)) _token = null;
    final waited = (_tried?.ago ?? _retryAfter) >= _retryAfter;
    if (_wanted && waited && !_refused && !_asking) _ask();
    setState(() {});
  }

  Future<void> _ask() async {
    final asked = _tried = _Moment();
    _asking = true;
    dynamic answer;
    try {
      answer = await widget.ask().timeout(_answerWithin);
    } catch (_) {
      // Whatever it was, the next try may go well.
      answer = null;
    }
    if (!mounted) return;
    setState(() {
      _asking = false;
      _take(answer is Map ? answer : const {}, asked);
    });
  }

  void _take(Map answer, _Moment asked) {
    final token = answer['token'];
    if (answer['ok'] == true && token is String) {
      _token = token;
      _askAgainAfter = _seconds(answer['askAgainAfter']);
      _goneAfter = _seconds(answer['goneAfter']);
      _shown = asked;
      _message = null;
      _wanted = false;
      return;
    }
    final error = answer['error'];
    final message = error is Map ? error['message'] : null;
    _message = message is String && message.isNotEmpty ? message : _offline;
    _refused = error is Map && widget.refusals.contains(error['reason']);
    if (_refused) _token = null;
  }

  int? _seconds(dynamic value) => value is num ? value.toInt() : null;

  void _again() => setState(() {
        _ask();
      });

  Widget _counting(int askAgainAfter) {
    final next = math.max(0, askAgainAfter - _shown.ago.inSeconds);
    return Text(
      'あと $next秒で更新',
      style: TextStyle(fontWeight: FontWeight.w600, color: next <= 10 ? Colors.red : Colors.blue),
    );
  }

  @override
  Widget build(BuildContext context) {
    final token = _token ?? widget.kept;
    final askAgainAfter = _askAgainAfter;
    final note = widget.note;
    return SizedBox(
      width: widget.width,
      height: widget.height,
      child: Column(
        mainAxisAlignment: MainAxisAlignment.center,
        children: [
          VisibilityWatch(onChange: _onVisible),
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
                    child: _asking || _tried == null
                        ? const CircularProgressIndicator()
                        : Icon(_refused ? Icons.block : Icons.cloud_off, size: 64),
                  ),
          ),
          const SizedBox(height: 12),
          if (widget.countdown && _token != null && askAgainAfter != null) _counting(askAgainAfter),
          if (_message != null)
            Text(_message!, textAlign: TextAlign.center, style: const TextStyle(color: Colors.red)),
          const SizedBox(height: 8),
          if (note != null)
            Text(
              note,
              textAlign: TextAlign.center,
              style: TextStyle(fontSize: 12, color: Colors.grey[600]),
            ),
          TextButton.icon(
            onPressed: _asking ? null : _again,
            icon: const Icon(Icons.refresh, size: 16),
            label: Text(widget.button),
          ),
        ],
      ),
    );
  }
}
