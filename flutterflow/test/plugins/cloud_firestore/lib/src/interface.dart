part of '../cloud_firestore.dart';

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
  SetOptions({this.merge});

  final bool? merge;
}

class Timestamp implements Comparable<Timestamp> {
  Timestamp(this.seconds, this.nanoseconds);

  factory Timestamp.fromDate(DateTime date) => Timestamp.fromMicrosecondsSinceEpoch(date.microsecondsSinceEpoch);

  factory Timestamp.fromMicrosecondsSinceEpoch(int microseconds) {
    final seconds = (microseconds / 1000000).floor();
    return Timestamp(seconds, (microseconds - seconds * 1000000) * 1000);
  }

  factory Timestamp.now() => Timestamp.fromDate(DateTime.now());

  final int seconds;
  final int nanoseconds;

  int get millisecondsSinceEpoch => seconds * 1000 + nanoseconds ~/ 1000000;

  int get microsecondsSinceEpoch => seconds * 1000000 + nanoseconds ~/ 1000;

  DateTime toDate() => DateTime.fromMicrosecondsSinceEpoch(microsecondsSinceEpoch);

  @override
  int compareTo(Timestamp other) => microsecondsSinceEpoch.compareTo(other.microsecondsSinceEpoch);

  @override
  bool operator ==(Object other) =>
      other is Timestamp && other.seconds == seconds && other.nanoseconds == nanoseconds;

  @override
  int get hashCode => Object.hash(seconds, nanoseconds);
}

/// Only what the server's clock says: no other transform is used by an app.
class FieldValue {
  const FieldValue._();

  static FieldValue serverTimestamp() => const FieldValue._();
}

class SnapshotMetadata {
  const SnapshotMetadata({this.hasPendingWrites = false, this.isFromCache = false});

  final bool hasPendingWrites;
  final bool isFromCache;
}

abstract class Query<T extends Object?> {
  FirebaseFirestore get firestore;

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

  Future<void> set(T data, [SetOptions? options]);

  Future<void> update(Map<Object, Object?> data);

  Future<void> delete();

  Stream<DocumentSnapshot<T>> snapshots({bool includeMetadataChanges = false});
}

abstract class DocumentSnapshot<T extends Object?> {
  String get id;

  DocumentReference<T> get reference;

  SnapshotMetadata get metadata;

  bool get exists;

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
