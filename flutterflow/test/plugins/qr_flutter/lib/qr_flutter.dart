/// What the widgets need of qr_flutter 4.1.
library;

import 'package:flutter/material.dart';

abstract final class QrErrorCorrectLevel {
  static const int L = 1;
  static const int M = 0;
  static const int Q = 3;
  static const int H = 2;
}

class QrImageView extends StatefulWidget {
  const QrImageView({
    required this.data,
    super.key,
    this.size,
    this.padding = const EdgeInsets.all(10),
    this.backgroundColor = Colors.transparent,
    this.errorCorrectionLevel = QrErrorCorrectLevel.L,
  });

  final String data;
  final double? size;
  final EdgeInsets padding;
  final Color backgroundColor;
  final int errorCorrectionLevel;

  @override
  State<QrImageView> createState() => _QrImageViewState();
}

class _QrImageViewState extends State<QrImageView> {
  @override
  Widget build(BuildContext context) => const SizedBox.square();
}
