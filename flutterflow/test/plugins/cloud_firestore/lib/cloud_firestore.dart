/// A stand-in of cloud_firestore: documents by the REST API, under the rules. It keeps nothing on the phone.
library;

import 'dart:async';
import 'dart:convert';
import 'dart:io';
import 'dart:math';

import 'package:firebase_auth/firebase_auth.dart';
import 'package:firebase_core/firebase_core.dart';
import 'package:flutter/foundation.dart';
import 'package:surroundings/surroundings.dart';

export 'package:firebase_core/firebase_core.dart' show FirebaseException;

part 'src/interface.dart';
part 'src/rest.dart';
part 'src/values.dart';
