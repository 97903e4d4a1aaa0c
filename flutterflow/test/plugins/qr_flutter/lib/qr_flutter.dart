/// A stand-in of qr_flutter, with what it passes on of the package qr.
library;

import 'package:flutter/material.dart';

abstract final class QrErrorCorrectLevel {
  static const int L = 1;
  static const int M = 0;
  static const int Q = 3;
  static const int H = 2;
}

class QrImageView extends StatefulWidget {
  QrImageView({
    required this.data,
    super.key,
    this.size,
    this.padding = const EdgeInsets.all(10),
    this.backgroundColor = Colors.transparent,
    this.errorCorrectionLevel = QrErrorCorrectLevel.L,
    this.gapless = true,
    this.semanticsLabel = 'qr code',
  });

  final String data;
  final double? size;
  final EdgeInsets padding;
  final Color backgroundColor;
  final int errorCorrectionLevel;
  final bool gapless;
  final String semanticsLabel;

  @override
  State<QrImageView> createState() => _QrImageViewState();
}

class _QrImageViewState extends State<QrImageView> {
  @override
  Widget build(BuildContext context) => const SizedBox.square();
}
