import 'dart:async';
import 'dart:math';

import 'package:flutter/material.dart';
import 'package:kippu_flutter/actions/index.dart';
import 'package:mobile_scanner/mobile_scanner.dart';

/// The camera of somebody at the door. Each code is checked once, and `onScan` gets the answer of `scanTicket`.
///
/// The next one is looked at when `onScan` is done. A code that stays before the camera is not checked again until it was
/// away for some seconds, unless there was no answer. Nothing is read while another page or dialog is in front, or the app
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

  final _controller = MobileScannerController(
    autoStart: false,
    formats: const [BarcodeFormat.qrCode],
  );
  StreamSubscription<BarcodeCapture>? _codes;
  AppLifecycleListener? _lifecycle;
  Timer? _later;
  Future<void> _camera = Future.value();
  bool _inFront = true;
  bool _onTop = true;
  bool _busy = false;
  String? _last;
  String _scanId = _newId();
  DateTime _seenAt = DateTime.now();

  @override
  void initState() {
    super.initState();
    _codes = _controller.barcodes.listen(_onDetect, onError: (Object _) {});
    _lifecycle = AppLifecycleListener(
      onStateChange: (state) {
        // The question whether the camera may be used makes the app inactive, too; it is no reason to ask again.
        _inFront = const [AppLifecycleState.resumed, AppLifecycleState.inactive].contains(state);
        _follow();
      },
    );
    // The camera needs the widget that shows it first.
    WidgetsBinding.instance.addPostFrameCallback((_) => _follow());
  }

  @override
  void didChangeDependencies() {
    super.didChangeDependencies();
    _onTop = (ModalRoute.of(context)?.isCurrent ?? true) && TickerMode.of(context);
    WidgetsBinding.instance.addPostFrameCallback((_) => _follow());
  }

  @override
  void dispose() {
    _lifecycle?.dispose();
    _later?.cancel();
    _codes?.cancel();
    _camera = _camera.whenComplete(_controller.dispose);
    super.dispose();
  }

  bool get _visible => mounted && _inFront && _onTop;

  /// The camera runs exactly while it can be seen. One change after the other: it is slow, and apps come and go quickly.
  void _follow() {
    if (!mounted) return;
    _camera = _camera.then((_) async {
      try {
        if (_visible) {
          await _controller.start();
        } else {
          await _controller.stop();
        }
      } catch (_) {
        // Most of what is wrong stands on the screen, until somebody taps or comes back. The rest passes.
        _later?.cancel();
        _later = Timer(_pause, _follow);
      }
    });
  }

  Future<void> _onDetect(BarcodeCapture capture) async {
    final token = capture.barcodes.isEmpty ? null : capture.barcodes.first.rawValue;
    if (!_visible || _busy || token == null || token.isEmpty) return;
    final scan = '${widget.eventId} ${widget.direction} $token';
    final now = DateTime.now();
    final stayed = scan == _last && now.difference(_seenAt).abs() < _awayFor;
    _seenAt = now;
    if (stayed) return;
    if (scan != _last) _scanId = _newId();
    _last = scan;
    _busy = true;
    try {
      final answer = await _checked(token);
      await widget.onScan(answer);
      if (answer is Map && answer['ok'] == true) {
        _scanId = _newId();
        _seenAt = DateTime.now();
      } else {
        // It may stay where it is, and is checked again as the same scan: only the answer may have been lost.
        await Future<void>.delayed(_pause);
        _seenAt = DateTime(0);
      }
    } finally {
      _busy = false;
    }
  }

  Future<dynamic> _checked(String token) async {
    try {
      return await scanTicket(widget.eventId, token, _scanId, widget.gate, widget.direction);
    } catch (_) {
      return {
        'ok': false,
        'error': {'reason': 'UNREACHABLE', 'message': '確認できませんでした'},
      };
    }
  }

  static String _newId() {
    final random = Random.secure();
    return List.generate(32, (_) => random.nextInt(16).toRadixString(16)).join();
  }

  @override
  Widget build(BuildContext context) {
    return SizedBox(
      width: widget.width,
      height: widget.height,
      child: MobileScanner(
        controller: _controller,
        errorBuilder: (context, error) => Center(
          child: TextButton(
            onPressed: _follow,
            child: const Text('カメラを使用できません。設定でカメラの使用を許可してから、ここを押してください'),
          ),
        ),
      ),
    );
  }
}
