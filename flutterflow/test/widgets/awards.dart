import 'dart:async';

import 'package:cloud_firestore/cloud_firestore.dart';

/// Firestore, as far as it is asked for the pending awards of somebody.
class Awards implements FirebaseFirestore {
  Awards() {
    FirebaseFirestore.instance = this;
  }

  /// Every query that was listened to.
  final asked = <String>[];

  final _streams = <String, StreamController<QuerySnapshot<Map<String, dynamic>>>>{};

  /// Whose awards are listened to.
  List<String> get listeners => [..._streams.keys];

  void tell(String uid, Map<String, Map<String, dynamic>> pending, {bool fromCache = false}) => _streams[uid]?.add(
        _Snapshot([for (final MapEntry(:key, :value) in pending.entries) _Award(key, value)], fromCache),
      );

  void fail(String uid) =>
      _streams[uid]!.addError(FirebaseException(plugin: 'cloud_firestore', code: 'unavailable'));

  void end(String uid) => unawaited(_streams[uid]!.close());

  @override
  CollectionReference<Map<String, dynamic>> collection(String collectionPath) => _Query(this, collectionPath, {});

  @override
  dynamic noSuchMethod(Invocation invocation) => super.noSuchMethod(invocation);
}

class _Query implements CollectionReference<Map<String, dynamic>> {
  _Query(this._awards, this._text, this._equal);

  final Awards _awards;
  final String _text;
  final Map<Object, Object?> _equal;

  @override
  Query<Map<String, dynamic>> where(
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
  }) =>
      _Query(_awards, '$_text $field=$isEqualTo', {..._equal, field: isEqualTo});

  @override
  Query<Map<String, dynamic>> orderBy(Object field, {bool descending = false}) =>
      _Query(_awards, '$_text $field ${descending ? 'desc' : 'asc'}', _equal);

  @override
  Query<Map<String, dynamic>> limit(int limit) => _Query(_awards, '$_text $limit', _equal);

  @override
  Stream<QuerySnapshot<Map<String, dynamic>>> snapshots({bool includeMetadataChanges = false}) {
    final uid = '${_equal['userId']}';
    _awards.asked.add(_text);
    final stream = StreamController<QuerySnapshot<Map<String, dynamic>>>();
    _awards._streams[uid] = stream;
    stream.onCancel = () {
      if (identical(_awards._streams[uid], stream)) _awards._streams.remove(uid);
    };
    return stream.stream;
  }

  @override
  dynamic noSuchMethod(Invocation invocation) => super.noSuchMethod(invocation);
}

class _Snapshot implements QuerySnapshot<Map<String, dynamic>> {
  _Snapshot(this.docs, this._fromCache);

  @override
  final List<QueryDocumentSnapshot<Map<String, dynamic>>> docs;

  final bool _fromCache;

  @override
  SnapshotMetadata get metadata => SnapshotMetadata(isFromCache: _fromCache);

  @override
  dynamic noSuchMethod(Invocation invocation) => super.noSuchMethod(invocation);
}

class _Award implements QueryDocumentSnapshot<Map<String, dynamic>> {
  _Award(this.id, this._data);

  @override
  final String id;

  final Map<String, dynamic> _data;

  @override
  Map<String, dynamic> data() => _data;

  @override
  dynamic noSuchMethod(Invocation invocation) => super.noSuchMethod(invocation);
}
