import 'dart:async';
import 'dart:math' as math;

import 'package:flutter/material.dart';
import 'package:kippu_flutter/actions/index.dart';
import 'package:qr_flutter/qr_flutter.dart';

class RotatingQr extends StatefulWidget {
  const RotatingQr({super.key, this.width, this.height, this.storeId});

  final double? width;
  final double? height;
  final String? storeId;

  @override
  State<RotatingQr> createState() => _RotatingQrState();
}

class _RotatingQrState extends State<RotatingQr> {
  static const _aheadSeconds = 5;
  static const _retryAfter = Duration(seconds: 5);
  static const _answerWithin = Duration(seconds: 10);

  Timer? _timer;
  String? _token;
  String? _message;
  int _validSeconds = 60;
  DateTime _askedAt = DateTime.now();
  DateTime _expiresAt = DateTime.now();
  bool _asking = false;
  bool _mayRetry = true;
  int _request = 0;

  @override
  void initState() {
    super.initState();
    _timer = Timer.periodic(const Duration(seconds: 1), (_) => _tick());
    _ask();
  }

  @override
  void didUpdateWidget(RotatingQr oldWidget) {
    super.didUpdateWidget(oldWidget);
    if (oldWidget.storeId != widget.storeId) {
      _token = null;
      _ask();
    }
  }

  @override
  void dispose() {
    _timer?.cancel();
    super.dispose();
  }

  /// Counted from the moment of asking, so it does not matter whether the phone's clock is right.
  int get _secondsLeft => _expiresAt.difference(DateTime.now()).inSeconds;

  void _tick() {
    final left = _secondsLeft;
    // More than it ever had: the phone's clock was set back.
    if (left <= 0 || left > _validSeconds) _token = null;
    final due = _token == null || left <= _aheadSeconds;
    final waited = DateTime.now().difference(_askedAt).abs() >= _retryAfter;
    if (due && waited && _mayRetry && !_asking) _ask();
    setState(() {});
  }

  Future<void> _ask() async {
    final request = ++_request;
    _asking = true;
    final askedAt = _askedAt = DateTime.now();
    final asked = callKippu('issueSecureQR', {
      'type': (widget.storeId ?? '').isEmpty ? 'user_point_earn' : 'store_point_use',
      'storeId': widget.storeId,
    });
    final answer = await asked.timeout(
      _answerWithin,
      onTimeout: () => {
        'ok': false,
        'error': {'reason': 'UNREACHABLE', 'message': '通信できませんでした'},
      },
    );
    // The page was left, or another code was asked for meanwhile.
    if (!mounted || request != _request) return;
    setState(() {
      _asking = false;
      if (answer['ok'] == true) {
        _token = answer['token'] as String;
        _validSeconds = answer['refreshAfterSeconds'] as int;
        _expiresAt = askedAt.add(Duration(seconds: _validSeconds));
        _message = null;
        _mayRetry = true;
      } else {
        _message = answer['error']['message'] as String;
        // A refusal stays one until somebody taps; anything else comes back by itself.
        _mayRetry = !const ['PERMISSION_DENIED', 'INVALID_ARGUMENT'].contains(answer['error']['reason']);
      }
    });
  }

  void _refresh() {
    _ask();
    setState(() {});
  }

  @override
  Widget build(BuildContext context) {
    final token = _token;
    final next = math.max(0, _secondsLeft - _aheadSeconds);
    final colour = next <= 10 ? Colors.red : Colors.blue;
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
                        : const Icon(Icons.cloud_off, size: 64),
                  ),
          ),
          const SizedBox(height: 12),
          if (token != null)
            Text(
              'あと $next秒で更新',
              style: TextStyle(fontWeight: FontWeight.w600, color: colour),
            ),
          if (_message != null)
            Text(_message!, textAlign: TextAlign.center, style: const TextStyle(color: Colors.red)),
          const SizedBox(height: 8),
          Text(
            'セキュリティのため60秒ごとにQRコードが自動更新されます',
            textAlign: TextAlign.center,
            style: TextStyle(fontSize: 12, color: Colors.grey[600]),
          ),
          TextButton.icon(
            onPressed: _asking ? null : _refresh,
            icon: const Icon(Icons.refresh, size: 16),
            label: const Text('手動更新'),
          ),
        ],
      ),
    );
  }
}
