/// A stand-in of cloud_firestore.
library;

export 'package:firebase_core/firebase_core.dart' show FirebaseException;

class GeoPoint {
  const GeoPoint(this.latitude, this.longitude);

  final double latitude;
  final double longitude;
}

/// Of a query's index. FlutterFlow hides it.
enum Order { ascending, descending }

enum Source { serverAndCache, server, cache }

class GetOptions {
  const GetOptions({this.source = Source.serverAndCache});

  final Source source;
}

class SetOptions {
  SetOptions({this.merge, this.mergeFields});

  final bool? merge;
  final List<Object>? mergeFields;
}

class Timestamp implements Comparable<Timestamp> {
  Timestamp(this.seconds, this.nanoseconds);
  Timestamp.fromMicrosecondsSinceEpoch(int at) : this(at ~/ 1000000, at % 1000000 * 1000);
  Timestamp.fromDate(DateTime date) : this.fromMicrosecondsSinceEpoch(date.microsecondsSinceEpoch);
  Timestamp.now() : this.fromDate(DateTime.now());

  final int seconds;
  final int nanoseconds;

  int get microsecondsSinceEpoch => seconds * 1000000 + nanoseconds ~/ 1000;
  int get millisecondsSinceEpoch => microsecondsSinceEpoch ~/ 1000;
  DateTime toDate() => DateTime.fromMicrosecondsSinceEpoch(microsecondsSinceEpoch);

  @override
  int compareTo(Timestamp other) => microsecondsSinceEpoch.compareTo(other.microsecondsSinceEpoch);
}

class FieldValue {
  FieldValue._();

  static FieldValue serverTimestamp() => FieldValue._();
  static FieldValue delete() => FieldValue._();
  static FieldValue increment(num value) => FieldValue._();
  static FieldValue arrayUnion(List<dynamic> elements) => FieldValue._();
  static FieldValue arrayRemove(List<dynamic> elements) => FieldValue._();
}

class SnapshotMetadata {
  SnapshotMetadata._(this.isFromCache, this.hasPendingWrites);

  final bool isFromCache;
  final bool hasPendingWrites;
}

abstract class DocumentSnapshot<T extends Object?> {
  String get id;
  bool get exists;
  DocumentReference<T> get reference;
  SnapshotMetadata get metadata;
  T? data();
  dynamic get(Object field);
  dynamic operator [](Object field);
}

abstract class QueryDocumentSnapshot<T extends Object?> implements DocumentSnapshot<T> {
  @override
  T data();
}

abstract class QuerySnapshot<T extends Object?> {
  List<QueryDocumentSnapshot<T>> get docs;
  SnapshotMetadata get metadata;
  int get size;
}

abstract class Query<T extends Object?> {
  Query<T> where(
    Object field, {
    Object? isEqualTo,
    Object? isNotEqualTo,
    Object? isLessThan,
    Object? isLessThanOrEqualTo,
    Object? isGreaterThan,
    Object? isGreaterThanOrEqualTo,
    Object? arrayContains,
    Iterable<Object?>? arrayContainsAny,
    Iterable<Object?>? whereIn,
    Iterable<Object?>? whereNotIn,
    bool? isNull,
  });
  Query<T> orderBy(Object field, {bool descending = false});
  Query<T> limit(int limit);
  Future<QuerySnapshot<T>> get([GetOptions? options]);
  Stream<QuerySnapshot<T>> snapshots({bool includeMetadataChanges = false});
}

abstract class CollectionReference<T extends Object?> implements Query<T> {
  String get id;
  String get path;
  DocumentReference<Map<String, dynamic>>? get parent;
  Future<DocumentReference<T>> add(T data);
  DocumentReference<T> doc([String? path]);
}

abstract class DocumentReference<T extends Object?> {
  FirebaseFirestore get firestore;
  String get id;
  String get path;
  CollectionReference<T> get parent;
  CollectionReference<Map<String, dynamic>> collection(String collectionPath);
  Future<DocumentSnapshot<T>> get([GetOptions? options]);
  Stream<DocumentSnapshot<T>> snapshots({bool includeMetadataChanges = false});
  Future<void> set(T data, [SetOptions? options]);
  Future<void> update(Map<Object, Object?> data);
  Future<void> delete();
}

class FirebaseFirestore {
  FirebaseFirestore._();

  static final FirebaseFirestore instance = FirebaseFirestore._();

  CollectionReference<Map<String, dynamic>> collection(String collectionPath) => throw UnimplementedError();
  DocumentReference<Map<String, dynamic>> doc(String documentPath) => throw UnimplementedError();
  void useFirestoreEmulator(String host, int port, {bool sslEnabled = false, bool automaticHostMapping = true}) {}
}
