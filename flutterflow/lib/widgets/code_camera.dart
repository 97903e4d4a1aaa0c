import 'dart:async';

import 'package:flutter/material.dart';
import 'package:kippu_flutter/widgets/index.dart';
import 'package:mobile_scanner/mobile_scanner.dart';

/// The camera, and each QR code that it sees, for `CodeScanner` and `TicketScanner`.
///
/// `onCode` gets every sight of a code, again and again while it stays, but nothing before it is done with the one before.
/// The camera runs while it can be seen, and reads nothing otherwise.
class CodeCamera extends StatefulWidget {
  const CodeCamera({super.key, this.width, this.height, required this.onCode});

  final double? width;
  final double? height;
  final Future Function(String code) onCode;

  @override
  State<CodeCamera> createState() => _CodeCameraState();
}

class _CodeCameraState extends State<CodeCamera> {
  static const _retryAfter = Duration(seconds: 1);

  /// Nothing but somebody's hand changes these.
  static const _lasting = [MobileScannerErrorCode.permissionDenied, MobileScannerErrorCode.unsupported];

  final _controller = MobileScannerController(
    autoStart: false,
    formats: const [BarcodeFormat.qrCode],
  );
  StreamSubscription<BarcodeCapture>? _codes;
  Timer? _later;
  Future<void> _camera = Future.value();
  bool _visible = false;
  bool _busy = false;

  @override
  void initState() {
    super.initState();
    _codes = _controller.barcodes.listen(_onDetect, onError: (Object _) {});
  }

  @override
  void dispose() {
    _later?.cancel();
    _codes?.cancel();
    _camera = _camera.whenComplete(_controller.dispose);
    super.dispose();
  }

  Future<void> _onVisible(bool visible) async {
    _visible = visible;
    _follow();
  }

  /// The camera runs exactly while it can be seen. One change after the other: it is slow, and apps come and go quickly.
  void _follow() {
    _later?.cancel();
    _camera = _camera.then((_) async {
      if (!mounted) return;
      try {
        await (_visible ? _controller.start() : _controller.stop());
      } catch (_) {
        // What did not start is tried again below.
      }
      final state = _controller.value;
      final stopped = _visible && !state.isRunning && !_lasting.contains(state.error?.errorCode);
      // Such as: the page before this one has not given the camera back yet.
      if (stopped && mounted) _later = Timer(_retryAfter, _follow);
    });
  }

  Future<void> _onDetect(BarcodeCapture capture) async {
    final code = capture.barcodes.isEmpty ? null : capture.barcodes.first.rawValue;
    if (!_visible || _busy || code == null || code.isEmpty) return;
    _busy = true;
    try {
      await widget.onCode(code);
    } finally {
      _busy = false;
    }
  }

  Widget _whatIsWrong(BuildContext context, MobileScannerException error) => Center(
        child: _lasting.contains(error.errorCode)
            ? TextButton(
                onPressed: _follow,
                child: const Text('カメラを使用できません。設定でカメラの使用を許可してから、ここを押してください'),
              )
            : const CircularProgressIndicator(),
      );

  @override
  Widget build(BuildContext context) {
    return SizedBox(
      width: widget.width,
      height: widget.height,
      child: Stack(
        fit: StackFit.expand,
        children: [
          VisibilityWatch(onChange: _onVisible),
          MobileScanner(controller: _controller, errorBuilder: _whatIsWrong),
        ],
      ),
    );
  }
}
