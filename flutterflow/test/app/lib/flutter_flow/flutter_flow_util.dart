// What this file of a FlutterFlow app passes on to custom code.
export 'dart:convert' show jsonDecode, jsonEncode;
export 'dart:math' show max, min;
export 'dart:typed_data' show Uint8List;

export 'package:cloud_firestore/cloud_firestore.dart' show DocumentReference, FirebaseFirestore;
export 'package:intl/intl.dart';

export 'lat_lng.dart';
export 'place.dart';
export 'uploaded_file.dart';
